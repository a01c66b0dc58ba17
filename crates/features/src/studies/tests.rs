//! Tests of plans, figures and sentences of studies, on results made up for the purpose.

use std::sync::Arc;

use model::{
    Architecture, CorruptionKind, DataShape, LayerStart, MarkedImages, ProbeTarget, RunConfig,
    StudyKind, Task, TrainedLayers,
};
use protocol::study::{Donor, ProbeScore, Probing, Trial, TrialResult};

use super::agreement::Agreement;
use super::arm_figures::{arm_figures, difference};
use super::study::{ClassifierKind, Study, StudyData, Variant};
use super::study_charts::study_chart;
use super::study_run::{Outcome, StudyRun};
use super::study_settings::{StudySettings, defaults};

const IMAGES: usize = 100;

fn study_sentence(run: &StudyRun) -> Option<String> {
    super::study_sentence::study_sentence(run, &arm_figures(run))
}

fn data() -> StudyData {
    StudyData {
        name: "generated".into(),
        shape: DataShape { classes: 2, size: [64; 2] },
        train_labels: Arc::new((0..240).map(|index| index % 2).collect()),
        labels: Arc::new((0..IMAGES).map(|index| (index % 2) as u8).collect()),
    }
}

fn plan(kind: StudyKind, seeds: usize) -> Result<Study, String> {
    Study::plan(
        StudySettings { kind, seeds, epochs: 2, layers: Vec::new() },
        &RunConfig::default(),
        data(),
    )
}

/// Returns a result with the first `right` images right.
fn result(right: usize, probes: &[f64]) -> TrialResult {
    let predictions = (0..IMAGES).map(|index| {
        let truth = index % 2;
        (if index < right { truth } else { 1 - truth }) as u8
    });
    TrialResult {
        predictions: predictions.collect(),
        probes: vec![
            probes.iter().map(|score| ProbeScore { score: *score, interval: None }).collect(),
        ],
        trained: 10,
        seconds: 1.5,
    }
}

/// Returns a study with these numbers of right images, for each arm one a seed.
fn done(kind: StudyKind, right: &[&[usize]], probes: &[f64]) -> StudyRun {
    let mut run = StudyRun::new(plan(kind, right[0].len()).unwrap());
    for (arm, right) in right.iter().enumerate() {
        for (seed, right) in right.iter().enumerate() {
            run.set((arm, seed), Outcome::Done(result(*right, probes)));
        }
    }
    run
}

#[test]
fn each_kind_plans_its_arms_with_one_trial_a_seed() {
    let study = plan(StudyKind::TrainedLayers, 3).unwrap();
    let variants: Vec<Variant> = study.arms.iter().map(|arm| arm.variant).collect();
    assert_eq!(variants, TrainedLayers::ALL.map(Variant::Trained));
    for arm in &study.arms {
        let network = |trial: &Trial| match trial {
            Trial::Network(trial) => (trial.config.seed, trial.probes.len(), trial.steps),
            Trial::Classical(_) => panic!("a network"),
        };
        let first = RunConfig::default().seed;
        let expected = [first, first + 1, first + 2].map(|seed| (seed, 1, 2 * 15));
        assert_eq!(arm.trials.iter().map(network).collect::<Vec<_>>(), expected);
    }
    let study = plan(StudyKind::TrainingImages, 1).unwrap();
    let counts: Vec<usize> = study
        .arms
        .iter()
        .filter_map(|arm| match arm.variant {
            Variant::Images(ClassifierKind::Network(Architecture::Cnn), count) => Some(count),
            _ => None,
        })
        .collect();
    assert_eq!(counts, [5, 10, 25, 50, 100, 120]);
    assert_eq!(study.arms.len(), 24);
    assert_eq!(plan(StudyKind::Classical, 1).unwrap().arms.len(), 5);
    assert_eq!(plan(StudyKind::Seeds, 4).unwrap().arms[0].trials.len(), 4);
}

#[test]
fn what_cannot_be_studied_is_a_sentence() {
    let settings = defaults(StudyKind::TrainedLayers, &RunConfig::default());
    let refused = |config: &RunConfig, data: StudyData, kind| {
        Study::plan(StudySettings { kind, ..settings.clone() }, config, data).unwrap_err()
    };
    let config = RunConfig::default();
    assert!(plan(StudyKind::Seeds, 1).unwrap_err().contains("Choose two or more"));
    let one_class = StudyData { train_labels: Arc::new(vec![1; 20]), ..data() };
    let sentence = refused(&config, one_class, StudyKind::TrainedLayers);
    assert!(sentence.contains("two classes"), "{sentence}");
    let few = StudyData { train_labels: Arc::new(vec![0, 1, 0, 1]), ..data() };
    let sentence = refused(&config, few, StudyKind::TrainingImages);
    assert!(sentence.contains("at most 2 training images"), "{sentence}");
    let mut shallow = config.clone();
    let Task::Classify(network) = &mut shallow.task else { panic!("a classifier") };
    network.layers.clear();
    network.architecture = Architecture::Mlp;
    let sentence = refused(&shallow, data(), StudyKind::TrainedLayers);
    assert!(sentence.contains("hidden layer"), "{sentence}");
    let segment = RunConfig::default_for(model::Lab::Segment);
    assert!(refused(&segment, data(), StudyKind::Seeds).contains("first lab"));
}

#[test]
fn trials_come_first_seed_by_first_seed_and_an_unfinished_one_can_be_repeated() {
    let mut run = StudyRun::new(plan(StudyKind::TrainedLayers, 2).unwrap());
    let places: Vec<_> = (0..3).filter_map(|_| run.begin_next()).map(|(place, _)| place).collect();
    assert_eq!(places, [(0, 0), (1, 0), (2, 0)]);
    run.set((1, 0), Outcome::Waiting);
    assert_eq!(run.begin_next().map(|(place, _)| place), Some((1, 0)));
    run.set((0, 0), Outcome::Training(15));
    // A probing counts as 20 steps.
    assert!((run.progress() - 15.0 / 400.0).abs() < 1e-12);
    assert_eq!(run.without_progress().progress(), 0.0);
    run.set((0, 0), Outcome::Done(result(50, &[])));
    assert_eq!((run.done_of(), run.is_running()), ((1, 8), true));
    run.is_stopped = true;
    assert!(!run.is_running());
}

#[test]
fn one_seed_is_compared_over_images_and_several_over_seeds() {
    let one = done(StudyKind::TrainedLayers, &[&[50], &[55], &[80], &[90]], &[0.5; 6]);
    let found = difference(&one, 3, 0).unwrap();
    assert!((found.mean - 0.4).abs() < 1e-12 && !found.could_be_chance);
    assert!(difference(&one, 1, 0).unwrap().could_be_chance, "5 images are too few");
    assert!(difference(&one, 0, 0).unwrap().could_be_chance);
    let several = done(
        StudyKind::TrainedLayers,
        &[&[50, 52, 51], &[49, 53, 51], &[80, 81, 79], &[90, 88, 89]],
        &[0.5; 6],
    );
    let found = difference(&several, 3, 0).unwrap();
    assert!((found.mean - 0.38).abs() < 1e-12 && !found.could_be_chance);
    assert!(found.interval.is_some_and(|interval| interval.contains(0.38)));
    assert!(difference(&several, 1, 0).unwrap().could_be_chance);
    let figures = arm_figures(&several);
    assert_eq!((figures.len(), figures[0].seeds, figures[3].first_probes().len()), (4, 3, 6));
}

#[test]
fn the_sentence_says_what_the_search_is_worth_and_where_the_task_is_easy() {
    let hard = done(
        StudyKind::TrainedLayers,
        &[&[50], &[50], &[74], &[84]],
        &[0.51, 0.6, 0.7, 0.8, 0.55, 0.5],
    );
    assert_eq!(
        study_sentence(&hard).unwrap(),
        "With all layers trained, the network gets 84.0 % of the held-out images right; with random layers, of which only the output layer is trained, 50.0 %. \
         So the search for representations is worth 34.0 points here, beyond what the structure gives. \
         Training only the first half of the layers gives 50.0 %, only the second half 74.0 %. \
         A linear classifier gets 51.0 % from the pixels. \
         This is one seed; how much another one would differ is not known from it."
    );
    let easy = done(
        StudyKind::TrainedLayers,
        &[&[32, 40, 36], &[54, 60, 50], &[98, 97, 99], &[99, 98, 98]],
        &[0.911, 0.967, 0.989, 0.944, 0.889, 0.8],
    );
    assert_eq!(
        study_sentence(&easy).unwrap(),
        "With all layers trained, the network gets 98.3 % of the held-out images right; with random layers, of which only the output layer is trained, 36.0 %. \
         A linear classifier, solved exactly, gets 88.9 % from the same random layers: with more epochs the output layer would, too. \
         So the search for representations is worth about 9.4 points here. \
         Training only the first half of the layers gives 54.7 %, only the second half 98.0 %. \
         A linear classifier gets 91.1 % from the pixels already: these images leave little to search for. Try harder data."
    );
    let equal = done(StudyKind::TrainedLayers, &[&[80], &[80], &[80], &[80]], &[0.5; 6]);
    assert!(study_sentence(&equal).unwrap().contains("could be chance"));
    let mut begun = StudyRun::new(plan(StudyKind::TrainedLayers, 1).unwrap());
    begun.set((0, 0), Outcome::Done(result(50, &[])));
    assert_eq!(study_sentence(&begun), None);
}

#[test]
fn the_sentence_compares_data_with_the_network() {
    // Six numbers of images for the MLP, then for the CNN.
    let right = [50, 55, 61, 66, 70, 72, 50, 60, 72, 81, 90, 92];
    let rows: Vec<[usize; 1]> = right.map(|right| [right]).to_vec();
    let rows: Vec<&[usize]> = rows.iter().map(<[usize; 1]>::as_slice).collect();
    let run = done(StudyKind::TrainingImages, &rows, &[]);
    assert_eq!(
        study_sentence(&run).unwrap(),
        "Twice the training images are worth 9.1 points to the CNN and 4.7 points to the MLP, on average. \
         With 120 images a class, the CNN is ahead of the MLP by 20.0 points. \
         This is one seed; how much another one would differ is not known from it."
    );
    let (chart, lines) = study_chart(&run, &arm_figures(&run), CorruptionKind::Blur).unwrap();
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names[..3], ["MLP", "CNN", "logistic regression, pixels"]);
    assert_eq!(chart.readings[5].text, "120: MLP 72.0 %, CNN 92.0 %");
}

#[test]
fn images_on_which_networks_disagree_come_first() {
    let run = done(StudyKind::Seeds, &[&[90, 80, 85]], &[]);
    let agreement = Agreement::of(&run).unwrap();
    assert_eq!((agreement.unanimous(), agreement.divided()), ((90, 80), (10, 5)));
    assert!((80..90).contains(&agreement.images[0].image));
    assert_eq!(agreement.images[0].against(), 1);
    assert_eq!(
        study_sentence(&run).unwrap(),
        "3 networks that differ only in their seed get 80.0 % to 90.0 % of the held-out images right, on average 85.0 % (95 % interval of the mean 72.6–97.4 %). \
         On 90 of 100 images all agree, and are right in 88.9 % of these. \
         Where they disagree, the majority is right in 50.0 %."
    );
    let one = StudyRun::new(plan(StudyKind::Seeds, 2).unwrap());
    assert!(Agreement::of(&one).is_none() && study_sentence(&one).is_none());
}

/// Returns a study whose networks get 80 of 100 images right, with these scores of its probes, given arm,
/// probing and layer.
fn probed(kind: StudyKind, score: impl Fn(usize, &Probing, usize) -> f64) -> StudyRun {
    let mut run = StudyRun::new(plan(kind, 1).unwrap());
    let layers = run.study.layers.len();
    for arm in 0..run.study.arms.len() {
        let probe = |probing: &Probing, layer: usize| {
            let score = score(arm, probing, layer);
            ProbeScore { score, interval: Some([score - 0.05, score + 0.05]) }
        };
        let of = |probing| (0..layers).map(|layer| probe(probing, layer)).collect();
        let probes = run.study.probings().iter().map(of).collect();
        run.set((arm, 0), Outcome::Done(TrialResult { probes, ..result(80, &[]) }));
    }
    run
}

#[test]
fn the_sentence_lists_what_training_forgets_and_keeps() {
    let run = probed(StudyKind::ProbeTargets, |arm, probing, layer| match (probing, arm) {
        (Probing::Target(ProbeTarget::Class), 0) => 0.6,
        (Probing::Target(ProbeTarget::Class), _) => 0.6 + 0.05 * layer as f64,
        (Probing::Target(ProbeTarget::Rotation | ProbeTarget::Noise), 0) => 0.7,
        (Probing::Target(ProbeTarget::Rotation), _) => 0.1,
        (Probing::Target(ProbeTarget::Noise), _) => 0.4,
        (Probing::Target(ProbeTarget::Scanner), _) => 0.9,
        // The intervals overlap.
        (Probing::Target(ProbeTarget::Marker), 0) => 0.7,
        (Probing::Target(ProbeTarget::Marker), _) => 0.62,
        _ => 0.0,
    });
    assert_eq!(run.study.arms[0].variant, Variant::Untrained);
    assert_eq!(
        study_sentence(&run).unwrap(),
        "A linear probe reads the class off the last hidden layer in 80.0 % of the held-out images; with random weights in 60.0 %. \
         Training made this layer tell less about rotation and noise than its random weights do: the task does not need it. \
         It still tells something about scanner and marker. \
         This is one seed; how much another one would differ is not known from it."
    );
    let (chart, lines) = study_chart(&run, &arm_figures(&run), CorruptionKind::Shuffle).unwrap();
    assert_eq!(lines.len(), ProbeTarget::ALL.len());
    // Two classes: 60 % is a fifth of the way from guessing to knowing.
    assert!((lines[0].points[0].1.value.unwrap() - 0.2).abs() < 1e-9);
    assert_eq!(lines[2].points[0].1.value, Some(0.0));
    assert_eq!(chart.readings.len(), run.study.layers.len());
}

#[test]
fn the_sentence_says_whether_the_shortcut_was_learned() {
    let with = |scores: [f64; 3]| {
        let run = probed(StudyKind::Shortcut, |arm, _, _| scores[arm]);
        let variants: Vec<Variant> = run.study.arms.iter().map(|arm| arm.variant).collect();
        assert_eq!(variants, MarkedImages::ALL.map(Variant::Marked));
        study_sentence(&run).unwrap()
    };
    let learned = with([0.66, 0.62, 0.99]);
    assert!(learned.starts_with(
        "With a marker in one class alone, a linear probe reads off the last hidden layer whether there is one in 99.0 % of the held-out images; with a marker in half of each class in 62.0 %, without any in 66.0 %. \
         The network looks for the marker only where it helps with the task."
    ), "{learned}");
    assert!(with([0.6, 0.6, 0.6]).contains("did not learn to see the marker"));
    assert!(with([0.9, 0.95, 0.97]).contains(
        "also where it does not help: the difference is 2.0 points, which could be chance"
    ));
}

#[test]
fn the_sentence_says_what_breaks_the_last_hidden_layer() {
    let run = probed(StudyKind::Corruption, |_, probing, _| match probing {
        Probing::Target(_) => 0.9,
        Probing::Corrupted(of) if of.kind == CorruptionKind::Shuffle && of.size < 16 => 0.55,
        Probing::Corrupted(of) if of.kind == CorruptionKind::Blur && of.size > 4 => 0.5,
        Probing::Corrupted(_) => 0.85,
    });
    assert_eq!(
        study_sentence(&run).unwrap(),
        "On intact images a linear probe reads the class off the last hidden layer (Dense 4) in 90.0 %. \
         It loses more than half of its gain over guessing with patches of 8 px and blur 8 px. \
         It withstands: keep fine detail only, hide the center and hide the rim. \
         This is one seed; how much another one would differ is not known from it."
    );
    let fields: Vec<[usize; 2]> = run.study.layers.iter().map(|of| of.receptive_field).collect();
    assert_eq!((fields[0], fields[fields.len() - 1]), ([1, 1], [64, 64]));
    assert!(fields.windows(2).all(|pair| pair[0][0] <= pair[1][0]), "{fields:?}");
    let figures = arm_figures(&run);
    let (_, lines) = study_chart(&run, &figures, CorruptionKind::Shuffle).unwrap();
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(
        names,
        ["intact", "patches of 32 px", "patches of 16 px", "patches of 8 px", "patches of 4 px"]
    );
    assert_eq!(lines[3].points[0].1.percent(), "55.0 %");
}

#[test]
fn layers_can_be_chosen_one_by_one() {
    let with = |layers: &[LayerStart], seeds: usize| {
        let settings = StudySettings {
            kind: StudyKind::TrainedLayers,
            seeds,
            epochs: 2,
            layers: layers.to_vec(),
        };
        Study::plan(settings, &RunConfig::default(), data()).unwrap()
    };
    assert_eq!(with(&[LayerStart::Trained; 2], 1).arms.len(), 4);
    let study = with(&[LayerStart::DonorTrained, LayerStart::Random, LayerStart::Donor], 2);
    let arm = &study.arms[4];
    assert_eq!(arm.variant, Variant::Chosen);
    let seed = RunConfig::default().seed;
    for (offset, trial) in arm.trials.iter().enumerate() {
        let Trial::Network(trial) = trial else { panic!("a network") };
        // The input is layer 0.
        assert_eq!(trial.frozen, [2, 3]);
        let seed = seed + offset as u32 + 1000;
        assert_eq!(trial.donor, Some(Donor { seed, layers: vec![1, 3] }));
    }
    let mut run = done(StudyKind::TrainedLayers, &[&[50], &[50], &[74], &[84]], &[0.5; 6]);
    run.study = with(&[LayerStart::Random], 1);
    run.outcomes.push(vec![Outcome::Done(result(61, &[0.5; 6]))]);
    let sentence = study_sentence(&run).unwrap();
    assert!(sentence.contains("With your choice of layers it is 61.0 %."), "{sentence}");
    let (_, lines) = study_chart(&run, &arm_figures(&run), CorruptionKind::Blur).unwrap();
    assert_eq!(lines.len(), 5);
}
