use data::{JpegFile, Manifest, phantom, write_pack};
use model::Ventricles;

use super::*;

/// Encodes and decodes a response, as when it is sent to the page.
fn sent(answer: Response) -> Response {
    postcard::from_bytes(&postcard::to_stdvec(&answer).unwrap()).unwrap()
}

fn pack() -> Vec<u8> {
    let mut jpeg = Vec::new();
    let pixels = [100; model::IMAGE_LEN];
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 100);
    encoder.encode(&pixels, 64, 64, jpeg_encoder::ColorType::Luma).unwrap();
    let picture =
        |label: u8, name: &str| JpegFile { label, name: name.into(), bytes: jpeg.clone() };
    let classes = ["A", "B"].map(str::to_owned).to_vec();
    let manifest = Manifest { name: "mednist".into(), classes, ..phantom::manifest() };
    let train = vec![picture(0, "1.jpeg"), picture(1, "2.jpeg")];
    write_pack(manifest, train, vec![picture(1, "3.jpeg")]).unwrap()
}

#[test]
fn a_pack_gives_its_images_and_what_it_says_of_itself() {
    let file = pack();
    let request = Request::Data { source: DataSource::MedNist, seed: 0 };
    let Response::Data(facts, Dataset::Images(images)) = sent(handle(request, file).unwrap())
    else {
        panic!("images are expected")
    };
    assert_eq!((facts.name.as_str(), facts.train, facts.test), ("mednist", 2, 1));
    assert_eq!((&images.classes, &images.train.labels), (&facts.classes, &vec![0, 1]));
    assert!(images.test.pixels.iter().all(|gray| gray.abs_diff(100) <= 1));
}

#[test]
fn a_broken_pack_is_a_sentence() {
    let file = pack();
    let half = file[..file.len() / 2].to_vec();
    let read = |source, file| handle(Request::Data { source, seed: 0 }, file).unwrap_err();
    for source in [DataSource::MedNist, DataSource::Hippocampus] {
        let problem = read(source, half.clone());
        assert_eq!(problem.code, ErrorCode::BadPack);
        assert!(problem.message.contains("incomplete or damaged"), "{}", problem.message);
    }
    let problem = read(DataSource::Hippocampus, file);
    assert!(problem.message.contains("slices with masks are needed"), "{}", problem.message);
}

#[test]
fn generated_data_need_no_file() {
    let ask = |source| sent(handle(Request::Data { source, seed: 3 }, Vec::new()).unwrap());
    let Response::Data(facts, Dataset::Images(images)) = ask(DataSource::PHANTOM) else {
        panic!("no images")
    };
    assert_eq!((facts.train, facts.test), (images.train.len(), images.test.len()));
    let look = Ventricles::default();
    let Response::Data(facts, Dataset::Slices(set)) = ask(DataSource::Ventricles(look)) else {
        panic!("no slices")
    };
    assert_eq!((facts.train, facts.test), (set.train.len(), set.test.len()));
    // Compared with `assert!`, since a failing `assert_eq!` would print a megabyte.
    assert!(*set == phantom::ventricles::slices(look, 3));
}
