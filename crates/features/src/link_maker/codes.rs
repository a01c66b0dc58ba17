//! Texts that put a link into a course page.

use model::permalink::{Permalink, pairs, write};

/// Title of a frame for screen readers.
const TITLE: &str = "Deep Imaging Playground";

/// Returns the whole address of a link. `page` is the address of the page without a query.
pub(super) fn address(page: &str, link: &Permalink) -> String {
    format!("{page}?{}", write(link))
}

/// Returns the HTML of a frame with a width and a height in CSS pixels.
pub(super) fn iframe_code(page: &str, link: &Permalink, [width, height]: [u32; 2]) -> String {
    let address = escaped(&address(page, &Permalink { embed: true, ..link.clone() }));
    format!(
        "<iframe src=\"{address}\" width=\"{width}\" height=\"{height}\" title=\"{TITLE}\" \
         allow=\"clipboard-write; fullscreen\"></iframe>"
    )
}

/// Returns the HTML of the custom element. `script` is the address of its script. The element
/// allows the page that contains it to send commands.
pub(super) fn element_code(script: &str, link: &Permalink) -> String {
    let mut code = format!("<script src=\"{}\"></script>\n<imaging-playground", escaped(script));
    for (key, value) in pairs(&write(link)) {
        match key.as_str() {
            "embed" | "debug" => {}
            "autostart" | "present" => code += &format!(" {key}"),
            _ => code += &format!(" {key}=\"{}\"", escaped(&value)),
        }
    }
    code + "></imaging-playground>"
}

/// Returns a text as the value of an attribute in quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use model::permalink::parse;

    use super::*;

    const PAGE: &str = "https://lab.example/";

    fn link() -> Permalink {
        parse("model=mlp&autostart=1&view=curves,layers&lock=data&hide=accuracy").0
    }

    #[test]
    fn a_frame_has_the_whole_link() {
        let code = iframe_code(PAGE, &link(), [640, 480]);
        let src = code.split('"').nth(1).unwrap().replace("&amp;", "&");
        let (address, query) = src.split_once('?').unwrap();
        assert_eq!(address, PAGE);
        assert_eq!(parse(query), (Permalink { embed: true, ..link() }, vec![]));
        assert!(code.contains(" width=\"640\" height=\"480\" "), "{code}");
    }

    #[test]
    fn the_attributes_of_the_element_are_the_link() {
        let link = Permalink { embed: true, debug: true, ..link() };
        let code = element_code("https://lab.example/element.js", &link);
        let element = code.split("<imaging-playground ").nth(1).unwrap();
        let element = element.strip_suffix("></imaging-playground>").unwrap();
        let query: Vec<String> = element
            .split(' ')
            .map(|part| part.replace('"', "").replace("&amp;", "&"))
            .map(|part| if part.contains('=') { part } else { part + "=1" })
            .collect();
        let expected = Permalink { embed: false, debug: false, ..link };
        assert_eq!(parse(&query.join("&")), (expected, vec![]));
    }

    #[test]
    fn no_value_ends_its_attribute() {
        assert_eq!(escaped("a\"><script>&"), "a&quot;>&lt;script>&amp;");
    }
}
