//! Reading of tar and zip archives, file by file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;
use zip::ZipArchive;

/// Returns whether a file is a zip archive.
pub fn is_zip(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(2).read_to_end(&mut start)?;
    Ok(start == *b"PK")
}

/// Calls `take` with path and contents of each file in a `.tar` or `.tar.gz` archive.
pub fn read_tar(
    path: &Path,
    mut take: impl FnMut(&Path, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path)?);
    let tar: Box<dyn Read> = match file.fill_buf()? {
        [0x1f, 0x8b, ..] => Box::new(GzDecoder::new(file)),
        _ => Box::new(file),
    };
    for entry in tar::Archive::new(tar).entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let path = entry.path()?.into_owned();
            take(&path, &mut entry)?;
        }
    }
    Ok(())
}

/// Calls `take` with path and contents of each file in a zip archive.
pub fn read_zip(
    path: &Path,
    mut take: impl FnMut(&Path, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    let mut zip = ZipArchive::new(BufReader::new(File::open(path)?))?;
    for index in 0..zip.len() {
        let mut file = zip.by_index(index)?;
        if file.is_file() {
            let path = Path::new(file.name()).to_owned();
            take(&path, &mut file)?;
        }
    }
    Ok(())
}
