//! What visitors download, compressed as hosts do it.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::shell::Failure;
use crate::site::list;

/// Everything that the page loads before the engine, compressed: 500 KB.
const BAR_BEFORE_ENGINE: usize = 500_000;
/// Everything together: 5 MB.
const BAR_ALL: usize = 5_000_000;

/// Sizes of one file in bytes.
struct Sizes {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints raw, gzip and brotli sizes of a built site, and fails where gzip is over a bar.
pub fn print_table(site: &Path) -> Result<(), Failure> {
    let mut files = Vec::new();
    for path in list(site)?.into_iter().chain(list(&site.join("packs"))?) {
        if path.is_file() {
            let bytes = fs::read(&path).map_err(|error| Failure::io("read", &path, error))?;
            let name = path.strip_prefix(site).unwrap_or(&path).display().to_string();
            files.push(Sizes {
                name,
                raw: bytes.len(),
                gzip: gzip(&bytes),
                brotli: brotli(&bytes),
            });
        }
    }
    println!("{:36} {:>12} {:>12} {:>12}", "file (bytes)", "raw", "gzip", "brotli");
    for f in &files {
        println!("{:36} {:>12} {:>12} {:>12}", f.name, f.raw, f.gzip, f.brotli);
    }
    let later = |f: &&Sizes| {
        ["engine-", "worker-"].iter().any(|p| f.name.starts_with(p)) || f.name.ends_with(".zip")
    };
    let before: Vec<&Sizes> = files.iter().filter(|f| !later(f)).collect();
    check("before the engine", &before, BAR_BEFORE_ENGINE)?;
    check("everything", &files.iter().collect::<Vec<_>>(), BAR_ALL)
}

fn check(what: &str, files: &[&Sizes], bar: usize) -> Result<(), Failure> {
    let sum = |size: fn(&Sizes) -> usize| files.iter().map(|f| size(f)).sum::<usize>();
    let gzip = sum(|f| f.gzip);
    let (raw, brotli) = (sum(|f| f.raw), sum(|f| f.brotli));
    println!("{what:36} {raw:>12} {gzip:>12} {brotli:>12}   bar {bar}");
    if gzip > bar {
        return Err(Failure::new(format!("{what} is {gzip} bytes in gzip; the bar is {bar}.")));
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map(|out| out.len())
        .unwrap_or(bytes.len())
}

fn brotli(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 9, ..Default::default() };
    match brotli::BrotliCompress(&mut &*bytes, &mut out, &params) {
        Ok(_) => out.len(),
        Err(_) => bytes.len(),
    }
}
