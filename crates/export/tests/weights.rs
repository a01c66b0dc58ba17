//! Tests of weights as safetensors files: written, read back, and refused.

use export::weights::{self, FileWeights, WeightsError};
use model::graph::Graph;
use model::{Architecture, DataShape, Layer, Network, Segmentation, Task, UNet};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

const SHAPE: DataShape = DataShape { classes: 3, size: [16, 16] };

fn cnn() -> Graph {
    let layers = ["conv2k3.bn.relu.pool2", "dense4.bn.relu"];
    let layers = layers.map(|layer| layer.parse::<Layer>().unwrap()).to_vec();
    let network = Network { architecture: Architecture::Cnn, layers };
    Graph::classifier(&network, SHAPE).unwrap()
}

fn unet() -> Graph {
    Graph::unet(&UNet { depth: 1, width: 4, ..UNet::default() }, SHAPE).unwrap()
}

/// Returns different values for all parameters, above 0 as variances must be.
fn checkpoint(graph: &Graph) -> Vec<f32> {
    (0..graph.checkpoint_len()).map(|index| 0.5 + index as f32).collect()
}

/// Writes a file from the text of a header and values of one byte pattern.
fn file(header: &str, values: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), values].concat()
}

/// Reads the file with a change to each tensor, made with the library of the format.
fn read_changed(
    change: impl Fn(&str, Dtype, Vec<usize>, Vec<u8>) -> (Dtype, Vec<usize>, Vec<u8>),
) -> Result<Vec<f32>, WeightsError> {
    let graph = cnn();
    let file = weights::write(&graph, &checkpoint(&graph)).unwrap();
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let changed: Vec<_> = tensors
        .iter()
        .map(|(name, view)| {
            let data = view.data().to_vec();
            (name.to_owned(), change(name, view.dtype(), view.shape().to_vec(), data))
        })
        .collect();
    let views = changed.iter().map(|(name, (dtype, shape, data))| {
        (name.clone(), TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    weights::read(&graph, &serialize(views, None).unwrap())
}

#[test]
fn weights_come_back_and_the_library_of_the_format_reads_them() {
    for graph in [cnn(), unet()] {
        let checkpoint = checkpoint(&graph);
        let file = weights::write(&graph, &checkpoint).unwrap();
        assert_eq!(weights::read(&graph, &file).unwrap(), checkpoint);
        let tensors = SafeTensors::deserialize(&file).unwrap();
        assert_eq!(tensors.len(), graph.parameters().len());
        for parameter in graph.parameters() {
            let tensor = tensors.tensor(&parameter.name).unwrap();
            assert_eq!(tensor.shape(), parameter.shape);
        }
    }
}

#[test]
fn dense_weights_are_transposed() {
    let network = Network { architecture: Architecture::Mlp, layers: Vec::new() };
    let shape = DataShape { classes: 2, size: [1, 3] };
    let graph = Graph::classifier(&network, shape).unwrap();
    // Weights [in, out] of 3 pixels and 2 classes, then the biases.
    let checkpoint = [1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 7.0, 8.0];
    let file = weights::write(&graph, &checkpoint).unwrap();
    let tensors = SafeTensors::deserialize(&file).unwrap();
    let weight = tensors.tensor("fc1.weight").unwrap();
    assert_eq!(weight.shape(), [2, 3]);
    let floats = weight.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
    assert_eq!(floats.collect::<Vec<_>>(), [1.0, 2.0, 3.0, 10.0, 20.0, 30.0]);
    assert_eq!(weights::read(&graph, &file).unwrap(), checkpoint);
}

#[test]
fn a_file_that_pytorch_saves_is_read() {
    // PyTorch's batch norm also counts batches, and its library orders tensors and adds remarks.
    let graph = cnn();
    let written = weights::write(&graph, &checkpoint(&graph)).unwrap();
    let tensors = SafeTensors::deserialize(&written).unwrap();
    let count = 75_i64.to_le_bytes();
    let mut views: Vec<_> = tensors.iter().map(|(name, view)| (name.to_owned(), view)).collect();
    for name in ["bn1.num_batches_tracked", "bn2.num_batches_tracked"] {
        views.push((name.to_owned(), TensorView::new(Dtype::I64, vec![], &count).unwrap()));
    }
    let remarks = Some([("format".to_owned(), "pt".to_owned())].into());
    let file = serialize(views.clone(), remarks).unwrap();
    assert_eq!(weights::read(&graph, &file).unwrap(), checkpoint(&graph));

    views.push((
        "bn3.num_batches_tracked".into(),
        TensorView::new(Dtype::I64, vec![], &count).unwrap(),
    ));
    let name = "bn3.num_batches_tracked".to_owned();
    let file = serialize(views, None).unwrap();
    assert_eq!(weights::read(&graph, &file), Err(WeightsError::Unknown { name }));
}

#[test]
fn another_network_is_refused_by_the_name_that_does_not_fit() {
    let (cnn, unet) = (cnn(), unet());
    let file = weights::write(&unet, &checkpoint(&unet)).unwrap();
    let error = weights::read(&cnn, &file).unwrap_err();
    assert_eq!(error, WeightsError::Missing { name: "conv1.weight".into() });
    assert_eq!(
        error.to_string(),
        "The file is of another network: it has no “conv1.weight”. Choose the network that it is of."
    );
    let wider = UNet { depth: 1, width: 8, ..UNet::default() };
    let wider = Graph::unet(&wider, SHAPE).unwrap();
    assert_eq!(
        weights::read(&wider, &file),
        Err(WeightsError::Shape {
            name: "enc1.conv1.weight".into(),
            found: vec![4, 1, 3, 3],
            expected: vec![8, 1, 3, 3],
        })
    );
    let plain = UNet { depth: 1, width: 4, batch_norm: false, ..UNet::default() };
    let plain = Graph::unet(&plain, SHAPE).unwrap();
    let found = weights::read(&plain, &file);
    assert_eq!(found, Err(WeightsError::Unknown { name: "bottom.bn1.bias".into() }));
    let short = weights::write(&unet, &[0.0; 7]);
    assert_eq!(
        short,
        Err(WeightsError::CheckpointLength { found: 7, expected: unet.checkpoint_len() })
    );
}

#[test]
fn other_types_are_refused() {
    for (dtype, bytes, found) in
        [(Dtype::F16, 2, "F16"), (Dtype::BF16, 2, "BF16"), (Dtype::F64, 8, "F64")]
    {
        let error = read_changed(|name, old, shape, data| match name {
            "fc1.bias" => (dtype, shape.clone(), vec![0; bytes * shape[0]]),
            _ => (old, shape, data),
        });
        let error = error.unwrap_err();
        assert_eq!(error, WeightsError::DataType { name: "fc1.bias".into(), found: found.into() });
        assert!(error.to_string().contains("model.float().state_dict()"));
    }
    // Not yet known to the library of the format.
    let graph = cnn();
    let text = r#"{"conv1.weight":{"dtype":"F7","shape":[1],"data_offsets":[0,3]}}"#;
    let found = weights::read(&graph, &file(text, &[0; 3]));
    let (name, type_name) = ("conv1.weight".into(), "F7".into());
    assert_eq!(found, Err(WeightsError::DataType { name, found: type_name }));
}

#[test]
fn nan_infinity_and_negative_variance_are_refused() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let error = read_changed(|name, dtype, shape, mut data| {
            if name == "conv1.weight" {
                data[8..12].copy_from_slice(&value.to_le_bytes());
            }
            (dtype, shape, data)
        });
        let Err(WeightsError::NotFinite { name, value: found }) = error else {
            panic!("{error:?}")
        };
        assert_eq!((name.as_str(), found.to_bits()), ("conv1.weight", value.to_bits()));
    }
    let error = read_changed(|name, dtype, shape, mut data| {
        if name == "bn2.running_var" {
            data[..4].copy_from_slice(&(-1.0_f32).to_le_bytes());
        }
        (dtype, shape, data)
    });
    assert_eq!(error, Err(WeightsError::NegativeVariance { name: "bn2.running_var".into() }));
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    let graph = cnn();
    let file = weights::write(&graph, &checkpoint(&graph)).unwrap();
    for length in 0..file.len() {
        let error = weights::read(&graph, &file[..length]).unwrap_err();
        assert!(
            matches!(error, WeightsError::Truncated { found, .. } if found == length),
            "{error}"
        );
    }
    let longer = [&file[..], &[0; 3]].concat();
    assert_eq!(weights::read(&graph, &longer), Err(WeightsError::UnusedBytes { count: 3 }));
}

#[test]
fn a_damaged_header_is_refused() {
    let graph = cnn();
    let read =
        |header: &str, values: &[u8]| weights::read(&graph, &file(header, values)).unwrap_err();
    let entry = |name: &str, shape: &str, start: u64, end: u64| {
        format!(r#""{name}":{{"dtype":"F32","shape":{shape},"data_offsets":[{start},{end}]}}"#)
    };
    for text in [
        "",
        "[]",
        "{",
        "\u{7f}ELF",
        r#"{"a":1}"#,
        r#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#,
        r#"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
        r#"{"a":{"dtype":"F32","shape":[1]}}"#,
    ] {
        let error = read(text, &[0; 4]);
        assert!(matches!(error, WeightsError::Header(_)), "{text}: {error:?}");
    }
    let not_utf8 = [&2_u64.to_le_bytes()[..], &[0xff, 0xfe]].concat();
    assert!(matches!(weights::read(&graph, &not_utf8), Err(WeightsError::Header(_))));
    let deep = "[".repeat(100_000);
    assert!(matches!(read(&deep, &[]), WeightsError::Header(_)));

    // The same name twice, even with the same entry.
    let twice = entry("a", "[1]", 0, 4);
    let error = read(&format!("{{{twice},{twice}}}"), &[0; 4]);
    assert_eq!(error, WeightsError::Duplicate { name: "a".into() });

    let two = |a: String, b: String| read(&format!("{{{a},{b}}}"), &[0; 12]);
    let (name, other) = ("a".to_owned(), "b".to_owned());
    let overlap = WeightsError::Overlap { name, other };
    assert_eq!(two(entry("a", "[2]", 0, 8), entry("b", "[2]", 4, 12)), overlap);
    assert_eq!(two(entry("b", "[1]", 4, 8), entry("a", "[3]", 0, 12)), overlap);
    assert_eq!(two(entry("a", "[1]", 0, 4), entry("b", "[1]", 0, 4)), overlap);
    let hole = two(entry("a", "[1]", 0, 4), entry("b", "[1]", 8, 12));
    assert_eq!(hole, WeightsError::UnusedBytes { count: 4 });

    let range = WeightsError::Range { name: "a".into() };
    let max = u64::MAX;
    for (shape, start, end) in [
        ("[2]".to_owned(), 0, 4),
        ("[1]".to_owned(), 4, 0),
        (format!("[{max}]"), 0, 4),
        (format!("[{max},{max}]"), 0, 4),
        ("[4294967296,4294967296]".to_owned(), 0, 0),
    ] {
        let error = read(&format!("{{{}}}", entry("a", &shape, start, end)), &[0; 4]);
        assert_eq!(error, range, "{shape}");
    }
    let error = read(&format!("{{{}}}", entry("a", "[1]", max - 3, max)), &[0; 4]);
    assert!(matches!(error, WeightsError::Truncated { .. }), "{error:?}");
}

#[test]
fn a_header_that_is_too_long_is_refused_before_it_is_read() {
    let graph = cnn();
    for length in [(1 << 20) + 1, u64::MAX] {
        let error = weights::read(&graph, &length.to_le_bytes()).unwrap_err();
        assert_eq!(error, WeightsError::HeaderTooLong(length));
        assert!(error.to_string().contains(&length.to_string()));
    }
}

/// Returns the task of a small U-Net, and its graph.
fn segmentation(change: impl FnOnce(&mut UNet)) -> (Task, Graph) {
    let mut unet = UNet { depth: 1, width: 4, ..UNet::default() };
    change(&mut unet);
    let graph = Graph::unet(&unet, SHAPE).unwrap();
    (Task::Segment(Segmentation { unet, ..Segmentation::default() }), graph)
}

/// Returns a file with the weights of a classifier, and the values of its checkpoint.
fn classifier_file(layers: &str) -> (Vec<u8>, Vec<f32>) {
    let layers = layers.split('_').map(|layer| layer.parse::<Layer>().unwrap()).collect();
    let network = Network { architecture: Architecture::Cnn, layers };
    let graph = Graph::classifier(&network, DataShape { classes: 6, size: [64, 64] }).unwrap();
    let checkpoint = checkpoint(&graph);
    (weights::write(&graph, &checkpoint).unwrap(), checkpoint)
}

const ENCODER: &str = "conv4k3.same.bn.relu_conv4k3.same.bn.relu.pool2_conv8k3.same.bn.relu_\
                       conv8k3.same.bn.relu";

#[test]
fn a_unet_takes_the_encoder_of_a_classifier() {
    let plain = ENCODER.replace(".bn", "");
    let residual = "res4k3.bn.relu.pool2_res8k3.bn.relu";
    for (is_residual, batch_norm, encoder) in
        [(false, true, ENCODER), (false, false, &plain), (true, true, residual)]
    {
        let (task, graph) = segmentation(|unet| {
            (unet.residual, unet.batch_norm) = (is_residual, batch_norm);
        });
        let len = graph.encoder_len().unwrap();
        for layers in
            [format!("{encoder}_gap"), format!("{encoder}.pool2_conv8k3.relu_dense12.relu")]
        {
            let (file, values) = classifier_file(&layers);
            let read = weights::read_first(&task, &graph, &file);
            assert_eq!(read, Ok(FileWeights::Encoder(values[..len].to_vec())), "{layers}");
        }
    }
    // The U-Net's own weights are read as before, and a classifier takes only its own.
    let (task, graph) = segmentation(|_| ());
    let file = weights::write(&graph, &checkpoint(&graph)).unwrap();
    let read = weights::read_first(&task, &graph, &file);
    assert_eq!(read, Ok(FileWeights::Network(checkpoint(&graph))));
    let own = cnn();
    let network = Network::default_for(Architecture::Cnn);
    let error = weights::read_first(&Task::Classify(network), &own, &file).unwrap_err();
    assert_eq!(error, WeightsError::Missing { name: "conv1.weight".into() });
}

#[test]
fn a_classifier_with_other_layers_is_refused_by_the_name_that_does_not_fit() {
    let (task, graph) = segmentation(|_| ());
    let refused = |layers: &str| {
        let (file, _) = classifier_file(layers);
        weights::read_first(&task, &graph, &file).unwrap_err()
    };
    let shape = |name: &str, found: [usize; 4], expected: [usize; 4]| WeightsError::Shape {
        name: name.into(),
        found: found.to_vec(),
        expected: expected.to_vec(),
    };
    assert_eq!(refused("conv10k5.relu_gap"), shape("conv1.weight", [10, 1, 5, 5], [4, 1, 3, 3]));
    let missing = |name: &str| WeightsError::Missing { name: name.into() };
    assert_eq!(refused("conv4k3.same.bn.relu_conv4k3.same.bn.relu_gap"), missing("conv3.weight"));
    assert_eq!(refused(&format!("{}_gap", ENCODER.replace(".bn", ""))), missing("bn1.weight"));
    // One with batch norm is no encoder of a U-Net without.
    let (task, graph) = segmentation(|unet| unet.batch_norm = false);
    let (file, _) = classifier_file(&format!("{ENCODER}_gap"));
    assert_eq!(
        weights::read_first(&task, &graph, &file),
        Err(WeightsError::Unknown { name: "bn1.weight".into() })
    );
    // Damaged files are told as those of the same network are.
    let error = weights::read_first(&task, &graph, &file[..file.len() - 4]).unwrap_err();
    assert!(matches!(error, WeightsError::Truncated { .. }), "{error}");
    // An MLP has neither encoder nor the modules of a U-Net.
    let (file, _) = classifier_file("gap");
    let missing = weights::read_first(&task, &graph, &file).unwrap_err();
    assert_eq!(missing, WeightsError::Missing { name: "enc1.conv1.weight".into() });
}
