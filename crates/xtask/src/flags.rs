//! The command line of `cargo xtask`.

use std::path::PathBuf;

xflags::xflags! {
    /// Sets up, builds, tests and measures the playground.
    cmd xtask {
        /// Set up, build and serve the page at http://localhost:8080/.
        cmd serve {
            /// Port of the server in place of 8080.
            optional --port port: u16
            /// Serve the site with the optimizations for size that the published site has.
            optional --full
            /// Serve the site that was built last, without building it again.
            optional --no-build
        }
        /// Serve the page at http://localhost:8080/, and rebuild and reload it after each edit of a
        /// view. The workers are built only once, at the start.
        cmd dev {
            /// Port of the server in place of 8080.
            optional --port port: u16
            /// Serve the page that shows every widget of `ui` in place of the playground.
            optional --gallery
        }
        /// Write the style sheets into Trunk's staging folder. Called by the hook in Trunk.toml.
        cmd dev-styles {}
        /// Set up and run every check and test.
        cmd test {
            /// Run only the checks that take less than a minute after a build: formatting, the
            /// repository's own rules, native lints and unit tests.
            optional --fast
        }
        /// Check the repository's own rules, which neither the compiler nor clippy checks.
        cmd tidy {}
        /// Install the tools needed for building and testing.
        cmd setup {
            /// Use Debian's compiler, for machines that cannot reach rustup's servers.
            optional --debian
        }
        /// Write the data packs from the original data sets. Each path is a folder or an archive.
        cmd data {
            /// Path of the MedNIST data set.
            optional --mednist path: PathBuf
            /// Path of the hippocampus task of the Medical Segmentation Decathlon.
            optional --hippocampus path: PathBuf
            /// Path of the breast ultrasound data set BUS-BRA, for lesions cut out and classified.
            optional --busbra path: PathBuf
            /// Path of the chest X-rays of children.
            optional --pneumonia path: PathBuf
            /// Path of the breast ultrasound data set BUS-BRA, for whole images with masks.
            optional --busbra-masks path: PathBuf
        }
        /// Build the site and write it to dist/.
        cmd build {
            /// Skip the optimizations for size, and write to target/quick-site/.
            optional --quick
        }
        /// Measure the training speed and compare it with that of tfjs.
        cmd bench {
            /// Library to compare with in place of `tfjs`: `torch`, if PyTorch is installed.
            optional --peer name: String
            /// Print the size of the files that visitors download.
            optional --size
            /// Measure the time until the page can be used on a slow connection.
            optional --load
            /// Measure how memory use grows over many steps and runs.
            optional --memory
        }
    }
}
