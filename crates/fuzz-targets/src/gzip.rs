//! Compressed volumes.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bytes::Bytes;
use crate::session::Session;

/// Reads bytes as a `.nii.gz` file: as they are, or compressed, so that they get past the checksum.
/// What was compressed must be read as the plain file is.
pub fn gzip(input: &[u8]) {
    let mut bytes = Bytes::new(input);
    let form = bytes.below(6);
    let mut session = Session::start(&mut bytes);
    let content = bytes.rest();
    let (head, tail) = content.split_at(content.len().min(360));
    let file = match form {
        0 | 1 => content.to_vec(),
        2 => compressed(content),
        3 => compressed(&compressed(content)),
        // Two members, as `bgzip` and `cat` write them.
        4 => [compressed(head), compressed(tail)].concat(),
        // With bytes behind the stream.
        _ => [compressed(content), vec![0; 64]].concat(),
    };
    let facts = session.open(1, "scan.nii.gz", &file, 0);
    let is_header = [[0x5c, 1, 0, 0], [0, 0, 1, 0x5c], [0x1c, 2, 0, 0], [0, 0, 2, 0x1c]]
        .iter()
        .any(|start| content.starts_with(start));
    if form >= 2 && is_header {
        assert_eq!(facts, session.open(2, "scan.nii.gz", content, 0));
    }
    if let Some(facts) = facts {
        session.look(1, &facts, None);
    }
}

fn compressed(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}
