//! Tests that fix the link format: for each link, the configuration that it opens, the complaints,
//! and the link that the page then shows. Slides and course pages contain such links, so a link
//! must always open the same run.

use std::fmt::Write;

use model::StudyKind;
use model::permalink::{parse, write};

const CLASSIFY: [&str; 22] = [
    "",
    "?model=cnn&device=cpu&seed=1&epochs=10&optimizer=adam&lr=0.001&batch=16&autostart=1",
    "lab=classify&data=mednist&model=mlp&seed=4294967295",
    "data=phantom&noise=35&rotation=180&embed=1",
    "data=phantom&noise=101&rotation=x",
    "noise=35&rotation=20&bias=3&size=9&depth=2&loss=dice",
    "model=mlp&layers=dense8.tanh_dense16.sigmoid.drop25",
    "model=cnn&layers=conv8k3.bn.gelu.pool2_dense16.relu",
    "model=resnet&seed=2",
    "model=deepcnn&layers=conv4k5.stride2.same.separable.relu.avgpool2_res8.bn_gap_dense4",
    "model=cnn&layers=conv10k5.relu.pool2_conv20k5.relu.pool2_dense320.relu_dense50.relu",
    "layers=none",
    "layers=",
    "layers=conv4k5.pool4_conv4k5.pool4_conv4k3&model=mlp",
    "optimizer=sgd&momentum=0.5&decay=0.1&lr=0.30000000000000004",
    "optimizer=adamw&decay=0.05&momentum=0.5&batch=256&epochs=1000",
    "optimizer=adam&momentum=0.5&lr=1e-3&lr=0.01",
    "optimizer=sgd&momentum=1&lr=11&batch=257&epochs=1001",
    "lab=segmnet&data=cifar&model=gan&layers=conv&seed=-1&batch=0&epochs=1.5&optimizer=lion&lr=NaN\
     &device=tpu&autostart=yes&embed=2",
    "seed=4294967296&lr=&batch=%F0%9F%99%82&device=webgpu&autostart=true&embed=false",
    "layers=dense99999999999999999999999999999999999999999999999999999999&epochs=0",
    "utm_source=slides&fbclid=x&optimizer=adamw&decay=2&data=hippocampus",
];

const SEGMENT: [&str; 21] = [
    "lab=segment",
    "?lab=segment&data=hippocampus&model=unet&autostart=1",
    "lab=segment&data=ventricles&noise=3&bias=90&rotation=180&size=5",
    "lab=segment&data=ventricles&size=4&bias=101&noise=-1&rotation=181",
    "lab=segment&residual=1&bn=0",
    "lab=segment&data=mednist&model=cnn",
    "lab=segment&data=phantom&noise=9",
    "lab=segment&depth=4&width=32&up=nearest&bn=0&skips=1010",
    "lab=segment&depth=1&width=4&skips=0&bn=false",
    "lab=segment&depth=0&width=33",
    "lab=segment&depth=3&skips=11",
    "lab=segment&skips=1x",
    "lab=segment&loss=ce&balanced=1",
    "lab=segment&loss=dice&balanced=true",
    "lab=segment&loss=ce-dice&balanced=0&embed=true",
    "lab=segment&loss=focal&balanced=2",
    "lab=segment&loss=mse&up=bilinear&bn=yes",
    "lab=segment&optimizer=sgd&momentum=0&lr=0.1&batch=1&epochs=1&seed=0&device=webgpu",
    "lab=segment&optimizer=adamw&decay=1&lr=10&batch=256&epochs=1000",
    "lab=segment&layers=conv4k3&momentum=0.3",
    "lab=segment&lab=classify&seed=7&seed=8&autostart=0",
];

fn report(links: &[&str]) -> String {
    let mut report = String::new();
    for query in links {
        let (link, complaints) = parse(query);
        let rewritten = write(&link);
        assert_eq!(parse(&rewritten), (link.clone(), vec![]), "{query} does not come back");
        writeln!(report, "link:      {query}").unwrap();
        writeln!(report, "config:    {:?}", link.config).unwrap();
        writeln!(report, "autostart: {}, embed: {}", link.autostart, link.embed).unwrap();
        for complaint in complaints {
            writeln!(report, "complaint: {complaint}").unwrap();
        }
        writeln!(report, "rewritten: {rewritten}\n").unwrap();
    }
    report
}

#[test]
fn links_of_the_classification_lab() {
    insta::assert_snapshot!(report(&CLASSIFY));
}

#[test]
fn links_of_the_segmentation_lab() {
    insta::assert_snapshot!(report(&SEGMENT));
}

#[test]
fn the_question_of_a_study_is_in_the_link_unless_it_is_the_first() {
    for (query, kind) in
        [("study=kept", StudyKind::ProbeTargets), ("study=seeds", StudyKind::Seeds)]
    {
        let (link, complaints) = parse(query);
        assert_eq!((link.study, &complaints[..]), (kind, &[][..]));
        assert!(write(&link).contains(query));
    }
    assert!(!write(&parse("study=layers").0).contains("study"));
    let (link, complaints) = parse("study=nothing");
    assert_eq!(link.study, StudyKind::TrainedLayers);
    assert!(complaints[0].contains("the studies are layers, kept, "), "{complaints:?}");
}
