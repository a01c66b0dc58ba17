//! Tables in CSV files (RFC 4180).

use thiserror::Error;

/// Reason why a table cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CsvError {
    /// The file is no UTF-8 text.
    #[error("it is no text in UTF-8")]
    NotText,
    /// A column is missing.
    #[error("it has no column “{0}”")]
    NoColumn(&'static str),
    /// A row has fewer fields than needed.
    #[error("its row {row} has {found} fields where the first one has {needed}")]
    ShortRow {
        /// Number of the row, from 1.
        row: usize,
        /// Number of fields.
        found: usize,
        /// Number of fields of the first row.
        needed: usize,
    },
    /// A field has an unexpected value.
    #[error("its row {row} has “{value}” as {column}")]
    Value {
        /// Number of the row, from 1.
        row: usize,
        /// Name of the column.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// A row that another table needs is missing.
    #[error("it has no row for {0}")]
    NoRow(String),
}

/// Returns the given columns of a table whose first row has their names: for each further row its
/// fields in the order of `columns`. Empty rows are skipped.
///
/// # Errors
///
/// Returns an error if a column is missing, or if a row is too short.
pub fn read<const N: usize>(
    bytes: &[u8],
    columns: [&'static str; N],
) -> Result<Vec<[String; N]>, CsvError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CsvError::NotText)?;
    // Some programs on Windows write a byte order mark.
    let mut rows = rows(text.strip_prefix('\u{feff}').unwrap_or(text)).into_iter();
    let header = rows.next().unwrap_or_default();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        let found = header.iter().position(|name| name.trim() == column);
        *place = found.ok_or(CsvError::NoColumn(column))?;
    }
    let mut table = Vec::new();
    for (index, row) in rows.enumerate() {
        if row.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if row.len() < header.len() {
            let (found, needed) = (row.len(), header.len());
            return Err(CsvError::ShortRow { row: index + 2, found, needed });
        }
        table.push(places.map(|place| row[place].trim().to_owned()));
    }
    Ok(table)
}

/// Splits a text into rows and fields. Fields in double quotes may contain commas and line breaks.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '"' if quoted && rest.peek() == Some(&'"') => {
                field.push('"');
                rest.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            letter => field.push(letter),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_line_ends_and_other_columns_are_understood() {
        let text =
            "\u{feff}ID,Case,Side,BBOX\r\nbus_1,1,left,\"[1,2,\"\"3\"\"\n4]\"\r\n\r\nbus_2,2,,x";
        let rows = read(text.as_bytes(), ["BBOX", "ID"]).unwrap();
        assert_eq!(rows, [["[1,2,\"3\"\n4]", "bus_1"], ["x", "bus_2"]]);
        assert_eq!(read(b"ID,Case\n", ["ID"]).unwrap(), [[""; 1]; 0]);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(read(b"ID,Case\na,1\n", ["ID", "kFold"]), Err(CsvError::NoColumn("kFold")));
        assert_eq!(read(b"", ["ID"]), Err(CsvError::NoColumn("ID")));
        let short = CsvError::ShortRow { row: 3, found: 1, needed: 2 };
        assert_eq!(read(b"ID,Case\na,1\nb", ["ID"]), Err(short));
        assert_eq!(read(b"\xff\xfe", ["ID"]), Err(CsvError::NotText));
    }
}
