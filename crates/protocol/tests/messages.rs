//! Tests that every message survives encoding with postcard, and that a truncated one is an error.

use data::{Dataset, ImageSet, Images};
use model::{
    DataSource, DatasetKey, DeviceChoice, IMAGE_LEN, ImageRef, Lab, Optimizer, RunConfig, Sampling,
    Split,
};
use protocol::interpret::UnitRef;
use protocol::*;
use serde::{Serialize, de::DeserializeOwned};

fn survives<T>(value: T)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let bytes = postcard::to_stdvec(&value).unwrap();
    assert_eq!(postcard::from_bytes::<T>(&bytes).unwrap(), value);
    // Decoding a truncated message returns an error and never panics.
    for end in 0..bytes.len() {
        assert!(postcard::from_bytes::<T>(&bytes[..end]).is_err(), "{value:?} cut at {end}");
    }
}

fn key(source: DataSource) -> DatasetKey {
    DatasetKey::new(source, Sampling { wrong_labels: 20, ..Sampling::DEFAULT }, 9)
}

#[test]
fn every_command_round_trips() {
    let run = RunId(3);
    let images = Images { labels: vec![1], pixels: vec![7; IMAGE_LEN], ..Default::default() };
    let set = ImageSet {
        classes: vec!["a".into()],
        train: images.clone(),
        test: images,
        ..ImageSet::default()
    };
    let dataset = Dataset::from(set);
    survives(Command::LoadData { key: key(DataSource::PHANTOM), dataset });
    survives(Command::Configure { run, config: RunConfig::default(), first_weights: None });
    survives(Command::Benchmark(run));
    survives(Command::Play(run));
    survives(Command::Pause(run));
    survives(Command::Step(run));
    survives(Command::Epoch(run));
    survives(Command::Test(run));
    survives(Command::SendCheckpoint(run));
    survives(Command::SendWeights(run));
    survives(Command::LookAhead(run));
    survives(Command::WatchStep { run, unit: None });
    survives(Command::WatchStep { run, unit: Some(UnitRef { layer: 2, unit: 7 }) });
    survives(Command::SetLearningRate { run, value: 0.01 });
    survives(Command::Predict { run, request: 7, pixels: vec![0, 255] });
    survives(Command::Segment { run, request: 7, size: [1, 2], pixels: vec![0, 255] });
    survives(Command::Segment { run, request: 7, size: [512, 0], pixels: vec![] });
    let segment = RunConfig::default_for(Lab::Segment);
    for first_weights in
        [InitialWeights::Network(vec![0.5, -1.0]), InitialWeights::Encoder(vec![0.25])]
    {
        let (config, first_weights) = (segment.clone(), Some(first_weights));
        survives(Command::Configure { run, config, first_weights });
    }
}

#[test]
fn messages_about_dicom_round_trip() {
    survives(dicom::ConvertDicom);
    let notes = vec!["The colors were converted to gray (luma).".to_owned()];
    survives(Ok::<_, Problem>(dicom::ConvertedDicom { notes }));
}

#[test]
fn every_event_round_trips() {
    let run = RunId(3);
    survives(Event::Ready(DeviceInfo {
        kind: DeviceKind::Gpu,
        adapter: "swiftshader".into(),
        reason: "You chose it.".into(),
        choice: DeviceChoice::WebGpu,
        speedup: Some(14.0),
    }));
    survives(Event::Benchmark { run, device: 900.0, cpu: 60.5 });
    survives(Event::DataReady {
        key: key(DataSource::MedNist),
        info: DataInfo::Images(ImagesInfo {
            classes: vec!["Hand".into()],
            train_labels: vec![0, 0],
            evaluated: Split::Validation,
            evaluated_labels: vec![0],
        }),
    });
    survives(Event::DataReady {
        key: key(DataSource::Ventricles(Default::default())),
        info: DataInfo::Slices(SlicesInfo {
            classes: vec!["background".into(), "ventricle".into()],
            size: [64, 64],
            train: 8,
            evaluated: Split::Test,
            evaluated_count: 4,
            class_frequencies: vec![0.97, 0.03],
            preview_slices: vec![0, 2],
        }),
    });
    survives(Event::WantsReplicas(3));
    survives(Event::RunReady { run, parameters: 32_830, steps_per_epoch: 75 });
    survives(Event::Weights { run, step: 4, values: vec![0.25, -1.5] });
    survives(Event::State { run, state: RunState::Diverged, step: 4 });
    survives(Event::Steps {
        run,
        first: 1,
        losses: vec![1.8, f32::INFINITY],
        learning_rate: 1e-3,
        timing: Timing { images_per_second: 390.0, seconds_left: 12.0 },
    });
    survives(Event::Epoch {
        run,
        report: EpochReport {
            epoch: 1,
            step: 75,
            train_loss: Some(0.4),
            train_accuracy: Some(0.9),
            test: TestReport::Classify(Evaluation {
                probabilities: vec![0.5, 0.5],
                loss: 0.7,
                accuracy: 0.5,
            }),
            images_per_second: 390.0,
        },
    });
    let test = Evaluation { probabilities: vec![1.0, 0.0], loss: 0.1, accuracy: 1.0 };
    let report = StepReport { step: 50, test: TestReport::Classify(test) };
    survives(Event::Tested { run, report });
    let class = CaseClassScore {
        dice: Some(0.8),
        hausdorff95_mm: None,
        slices_in_both: 4,
        slices_in_either: 6,
        predicted_ml: 1.5,
        true_ml: 1.75,
        volume_error_ml: 0.5,
    };
    let test = SegmentEvaluation {
        masks: vec![0, 1],
        loss: 0.7,
        pixel_accuracy: 0.99,
        dice: vec![Some(0.75), None],
        cases: vec![CaseScore { case: "017".into(), slices: vec![0], classes: vec![class] }],
    };
    assert_eq!(test.mean_dice(), Some(0.75));
    survives(Event::Epoch {
        run,
        report: EpochReport {
            epoch: 1,
            step: 45,
            train_loss: None,
            train_accuracy: None,
            test: TestReport::Segment(test),
            images_per_second: 80.0,
        },
    });
    let prediction =
        LivePrediction { step: 5, masks: vec![0, 2], dice: vec![vec![Some(0.5), None]] };
    survives(Event::LivePrediction { run, prediction });
    survives(Event::Masks { run, request: 7, masks: vec![1] });
    for phase in [
        BatchTracePhase::BeforeStep,
        BatchTracePhase::AfterStep { logits_after: vec![0.1], loss_after: 1.7 },
    ] {
        survives(Event::BatchTrace {
            run,
            trace: BatchTrace {
                step: 1,
                images: vec![ImageRef { split: Split::Train, index: 4 }],
                labels: vec![2],
                logits_before: vec![0.0],
                augmented: vec![0, 128, 255],
                loss_before: 1.8,
                phase,
            },
        });
    }
    survives(Event::StepTrace {
        run,
        trace: Box::new(StepTrace {
            step: 3,
            logits: vec![0.5, -0.5],
            loss: 1.25,
            parameters: vec![ParameterGradient {
                name: "fc1.weight".into(),
                shape: vec![2, 3],
                norm: 0.75,
            }],
            unit: UnitUpdate {
                unit: UnitRef { layer: 1, unit: 0 },
                name: "fc1.weight".into(),
                shape: vec![1],
                weights: vec![0.1],
                gradients: vec![0.2],
                moments: vec![vec![0.0], vec![0.5]],
                updated: vec![0.3],
                optimizer: Optimizer::ADAMW,
                learning_rate: 0.001,
                update: 3,
            },
        }),
    });
    survives(Event::Prediction { run, request: 7, logits: vec![0.1, 0.2] });
    survives(Event::Error { run: None, problem: Problem::new(ErrorCode::BadPack, "No zip.") });
}
