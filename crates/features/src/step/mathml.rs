//! MathML text, for `inner_html`: the parser of the browser gives its elements their namespace.

/// Writes an equation as a block.
pub(crate) fn equation(parts: &[&str]) -> String {
    format!("<math display=\"block\">{}</math>", row(parts))
}

/// Groups parts.
pub(crate) fn row(parts: &[&str]) -> String {
    format!("<mrow>{}</mrow>", parts.concat())
}

/// Writes a variable or the name of a function.
pub(crate) fn name(text: &str) -> String {
    format!("<mi>{text}</mi>")
}

/// Writes an operator.
pub(crate) fn operator(text: &str) -> String {
    format!("<mo>{text}</mo>")
}

/// Writes an integer.
pub(crate) fn integer(value: usize) -> String {
    format!("<mn>{value}</mn>")
}

/// Writes words.
pub(crate) fn words(text: &str) -> String {
    format!("<mtext>{}</mtext>", escaped(text))
}

pub(crate) fn fraction(above: &str, below: &str) -> String {
    format!("<mfrac><mrow>{above}</mrow><mrow>{below}</mrow></mfrac>")
}

pub(crate) fn root(of: &str) -> String {
    format!("<msqrt>{of}</msqrt>")
}

pub(crate) fn power(base: &str, exponent: &str) -> String {
    format!("<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>")
}

pub(crate) fn index(base: &str, below: &str) -> String {
    format!("<msub><mrow>{base}</mrow><mrow>{below}</mrow></msub>")
}

/// Writes a sum over an index, without its terms.
pub(crate) fn sum(over: &str) -> String {
    format!("<munder><mo>∑</mo><mi>{over}</mi></munder>")
}

/// Writes a variable with a hat.
pub(crate) fn hat(text: &str) -> String {
    format!("<mover accent=\"true\"><mi>{text}</mi><mo>^</mo></mover>")
}

pub(crate) fn parentheses(inside: &str) -> String {
    format!("<mrow><mo stretchy=\"false\">(</mo>{inside}<mo stretchy=\"false\">)</mo></mrow>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Checks that every element is closed, in order.
    #[track_caller]
    pub(crate) fn assert_well_formed(markup: &str) {
        let mut open = Vec::new();
        for tag in markup.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{markup}"));
            match tag.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "{markup}"),
                None => open.extend(tag.split(' ').next()),
            }
        }
        assert!(open.is_empty(), "{open:?} are open in {markup}");
    }

    #[test]
    fn names_from_files_cannot_become_elements() {
        assert_eq!(words("a<b>&c"), "<mtext>a&lt;b&gt;&amp;c</mtext>");
    }

    #[test]
    fn parts_nest() {
        let x = name("x");
        let all = equation(&[
            &fraction(&power(&x, &integer(2)), &root(&x)),
            &operator("="),
            &sum("j"),
            &index(&x, &name("j")),
            &hat("m"),
            &parentheses(&words("and")),
        ]);
        assert_well_formed(&all);
        assert!(all.starts_with("<math display=\"block\"><mrow><mfrac>"), "{all}");
    }
}
