//! Prints the program of a permalink's query string, or its notebook.
//!
//! ```text
//! cargo run -p export --example export -- 'lab=segment&depth=3' > program.py
//! cargo run -p export --example export -- 'lab=segment&depth=3' notebook > program.ipynb
//! ```

use std::process::ExitCode;

use model::{DataShape, IMAGE_SIDE, Lab, permalink};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (link, complaints) = permalink::parse(&arguments.next().unwrap_or_default());
    complaints.iter().for_each(|complaint| eprintln!("{complaint:?}"));
    // Classes of the packs of the site, and of generated images.
    let classes = match (link.config.lab(), link.config.data.pack_name()) {
        (Lab::Classify, _) => 6,
        (Lab::Segment, Some(_)) => 3,
        (Lab::Segment, None) => 2,
    };
    let shape = DataShape { classes, size: [IMAGE_SIDE; 2] };
    match export::pytorch::program(&link.config, shape) {
        Ok(program) => {
            program.unsupported.iter().for_each(|part| eprintln!("{part}"));
            let is_notebook = arguments.next().is_some_and(|kind| kind == "notebook");
            print!("{}", if is_notebook { export::notebook(&program) } else { program.text() });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
