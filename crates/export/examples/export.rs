//! Prints the program of a permalink's query string, its notebook, or the program in Rust.
//!
//! ```text
//! cargo run -p export --example export -- 'lab=segment&depth=3' > program.py
//! cargo run -p export --example export -- 'lab=segment&depth=3' notebook > program.ipynb
//! cargo run -p export --example export -- 'lab=segment&depth=3' burn > main.rs
//! ```

use std::process::ExitCode;

use model::{DataShape, DataSource, IMAGE_SIDE, permalink};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (link, complaints) = permalink::parse(&arguments.next().unwrap_or_default());
    complaints.iter().for_each(|complaint| eprintln!("{complaint:?}"));
    // Classes of the packs of the site, and of generated images.
    let classes = match link.config.data {
        DataSource::MedNist | DataSource::Phantom { .. } => 6,
        DataSource::Hippocampus => 3,
        _ => 2,
    };
    let shape = DataShape { classes, size: [IMAGE_SIDE; 2] };
    let kind = arguments.next().unwrap_or_default();
    let program = match kind.as_str() {
        "burn" => export::burn::program(&link.config, shape),
        _ => export::pytorch::program(&link.config, shape),
    };
    match program {
        Ok(program) => {
            program.unsupported.iter().for_each(|part| eprintln!("{part}"));
            let is_notebook = kind == "notebook";
            print!("{}", if is_notebook { export::notebook(&program) } else { program.text() });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
