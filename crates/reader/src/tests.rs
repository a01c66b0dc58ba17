use data::user_files::NetworkInput;
use data::{JpegFile, Manifest, phantom, write_pack};
use model::{DataSource, Sampling, Splits, Ventricles};

use super::*;

fn data(source: DataSource, seed: u32) -> Request {
    Request::Data(DatasetKey::new(source, Sampling::DEFAULT, seed))
}

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
    let test = vec![picture(1, "3.jpeg")];
    write_pack(manifest, Splits { train, validation: Vec::new(), test }).unwrap()
}

#[test]
fn a_pack_gives_its_images_and_what_it_says_of_itself() {
    let file = pack();
    let request = data(DataSource::MedNist, 0);
    let Response::Data(facts, Dataset::Images(images)) =
        sent(Reader::default().handle(request, &file).unwrap())
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
    let read =
        |source, file: Vec<u8>| Reader::default().handle(data(source, 0), &file).unwrap_err();
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
    let ask = |source| sent(Reader::default().handle(data(source, 3), &Vec::new()).unwrap());
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

#[test]
fn a_file_stays_open_until_it_is_closed() {
    let mut reader = Reader::default();
    let open = Request::OpenGray { file: 7, name: "p".into(), size: [2, 2] };
    let answer = reader.handle(open, &vec![0, 100, 200, 255]).unwrap();
    let Response::Opened(facts) = sent(answer) else { panic!("no file") };
    assert_eq!((facts.grid.shape, facts.labels), ([2, 2, 1], Some(4)));
    let input = NetworkInput { size: [2, 2], pixel_mm: [1.0; 2] };
    let request = |first, count| {
        let window = facts.window;
        let image = 7;
        Request::Slices(SlicesRequest { image, mask: None, axis: 2, first, count, window, input })
    };
    let Response::Slices(slices) = sent(reader.handle(request(0, 1), &Vec::new()).unwrap()) else {
        panic!("no slices")
    };
    assert_eq!((slices.images, slices.labels), (vec![0, 100, 200, 255], vec![]));
    for (first, count) in [(0, 2), (1, 1), (usize::MAX, 2)] {
        assert!(reader.handle(request(first, count), &Vec::new()).is_err());
    }
    assert_eq!(reader.handle(Request::Close(vec![7]), &Vec::new()), Ok(Response::Closed));
    let problem = reader.handle(request(0, 1), &Vec::new()).unwrap_err();
    assert_eq!(problem.message, "The file is not open any more. Choose it again.");
}

#[test]
fn own_images_become_a_data_set_that_is_kept() {
    fn own(
        reader: &mut Reader,
        request: OwnRequest,
        file: Vec<u8>,
    ) -> Result<OwnResponse, Problem> {
        match reader.handle(Request::Own(request), &file).map(sent)? {
            Response::Own(response) => Ok(response),
            _ => panic!("another response"),
        }
    }
    let mut reader = Reader::default();
    let paths = (0..8).map(|i| format!("set/{}/{i}.webp", ["a", "b"][i % 2])).collect();
    let planned = own(&mut reader, OwnRequest::Files(paths), Vec::new()).unwrap();
    let OwnResponse::Planned(planned) = planned else { panic!("no plan") };
    assert_eq!(planned.len(), 8);
    for (place, index) in planned.iter().enumerate() {
        let webp = b"RIFF\x10\0\0\0WEBPVP8 ".to_vec();
        let convert = own(&mut reader, OwnRequest::Read(place), webp).unwrap();
        assert_eq!(convert, OwnResponse::Convert { is_dicom: false, bytes: Vec::new() });
        let gray = OwnRequest::ReadGray { place, size: [1, 2] };
        let read = own(&mut reader, gray, vec![*index as u8 * 30, 100]).unwrap();
        assert_eq!(read, OwnResponse::Read);
    }
    let report = own(&mut reader, OwnRequest::Finish, Vec::new()).unwrap();
    let OwnResponse::Report(report) = report else { panic!("no report") };
    assert_eq!(report.classes[0].counts, [2, 1, 1]);
    let bytes = own(&mut reader, OwnRequest::Bytes, Vec::new()).unwrap();
    let OwnResponse::Bytes(bytes) = bytes else { panic!("no bytes") };
    assert_eq!(own(&mut reader, OwnRequest::Close, Vec::new()), Ok(OwnResponse::Closed));
    let problem = own(&mut reader, OwnRequest::Bytes, Vec::new()).unwrap_err();
    assert_eq!(problem.message, "Your images are not open any more. Choose them again.");
    // The kept bytes give the same report, and the data set.
    let again = own(&mut reader, OwnRequest::Open, bytes.clone()).unwrap();
    assert_eq!(again, OwnResponse::Report(report));
    let request = data(DataSource::OwnImages(7), 0);
    let Response::Data(facts, set) = reader.handle(request, &bytes).unwrap() else {
        panic!("no data")
    };
    assert_eq!((facts.name.as_str(), facts.train, set.classes().len()), ("own", 4, 2));
    assert!(reader.handle(data(DataSource::OwnSlices(7), 0), &bytes).is_err());
}
