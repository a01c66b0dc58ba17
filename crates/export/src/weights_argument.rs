//! How a program learns the name of a file with first weights.

/// Line of a program, which takes the name from the command line.
pub const IN_PROGRAM: &str =
    "WEIGHTS = sys.argv[1] if len(sys.argv) > 1 else None  # a safetensors file to start from";

/// Line of a notebook, which has no command line.
pub const IN_NOTEBOOK: &str = "WEIGHTS = None  # or the name of a safetensors file to start from";
