//! Jupyter notebooks.

use serde_json::{Value, json};

use crate::program::Program;
use crate::weights_argument;

/// Returns a program as a Jupyter notebook, the JSON text of an `.ipynb` file (nbformat 4.5): a cell
/// of text and one of code for each section. A notebook has no arguments, so that the name of a file
/// with weights is a setting in it.
pub fn notebook(program: &Program) -> String {
    let usage = program.usage.join("\n");
    let mut cells = vec![text_cell("title", format!("# {}\n\n{usage}", program.title))];
    for section in &program.sections {
        let id = section.title.to_lowercase().replace(' ', "-");
        let text = format!("## {}\n\n{}", section.title, section.prose.join("\n"));
        cells.push(text_cell(&format!("about-{id}"), text));
        let lines: Vec<_> = section.code.iter().map(|line| line.text.as_str()).collect();
        let code =
            lines.join("\n").replace(weights_argument::IN_PROGRAM, weights_argument::IN_NOTEBOOK);
        cells.push(json!({
            "cell_type": "code",
            "execution_count": null,
            "id": id,
            "metadata": {},
            "outputs": [],
            "source": code,
        }));
    }
    let notebook = json!({
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    format!("{notebook:#}\n")
}

fn text_cell(id: &str, text: String) -> Value {
    json!({"cell_type": "markdown", "id": id, "metadata": {}, "source": text.trim_end()})
}
