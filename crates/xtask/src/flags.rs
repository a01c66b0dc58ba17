//! The command line of `cargo xtask`.

use std::path::PathBuf;

xflags::xflags! {
    /// Sets up, builds, tests and measures the playground.
    cmd xtask {
        /// Set up, build and serve the page at http://localhost:8080/.
        cmd serve {
            /// Another port.
            optional --port port: u16
            /// Serve the site as visitors get it, optimized for size.
            optional --full
            /// Serve the site as it was built before.
            optional --no-build
        }
        /// Rebuild and reload the page at http://localhost:8080/ after each edit of a view. Engine,
        /// interpreter and reader are built once, at the start.
        cmd dev {
            /// Another port.
            optional --port port: u16
        }
        /// Write the style sheets into Trunk's staging folder: the hook in Trunk.toml.
        cmd dev-styles {}
        /// Set up and run every check and test.
        cmd test {
            /// Run what takes under a minute once it is built: formatting, house rules, native
            /// lints and unit tests.
            optional --fast
        }
        /// Check the house rules that neither compiler nor clippy checks.
        cmd tidy {}
        /// Install what building and testing need.
        cmd setup {
            /// Use Debian's compiler, where rustup's servers cannot be reached.
            optional --debian
        }
        /// Write the data packs. Each path is a folder or an archive.
        cmd data {
            /// Where MedNIST is.
            optional --mednist path: PathBuf
            /// Where the hippocampus task is.
            optional --hippocampus path: PathBuf
        }
        /// Write the site to dist/.
        cmd build {
            /// Skip optimizing for size, and write to target/quick-site/.
            optional --quick
        }
        /// Measure speed beside tfjs.
        cmd bench {
            /// Compare with `torch` (where PyTorch is installed) in place of `tfjs`.
            optional --peer name: String
            /// Print what visitors download.
            optional --size
            /// Measure how soon the page is there on a slow line.
            optional --load
            /// Measure what many steps and runs leave behind.
            optional --memory
        }
    }
}
