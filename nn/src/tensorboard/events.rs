//! The messages of an event file, as far as they are written here. Names and numbers of fields are those of
//! TensorFlow's `tensorflow/core/util/event.proto` and, in `tensorflow/core/framework`, `summary.proto`,
//! `tensor.proto`, `tensor_shape.proto` and `types.proto` (<https://github.com/tensorflow/tensorflow>).

use super::histogram::RANGES;

/// `event.proto`. Of its `oneof what` either `file_version` or `summary` is there.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Event {
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
    #[prost(message, optional, tag = "10")]
    source_metadata: Option<SourceMetadata>,
}

/// `event.proto`.
#[derive(Clone, PartialEq, prost::Message)]
struct SourceMetadata {
    #[prost(string, tag = "1")]
    writer: String,
}

/// `summary.proto`.
#[derive(Clone, PartialEq, prost::Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Value>,
}

/// `summary.proto`: `Summary.Value`.
#[derive(Clone, PartialEq, prost::Message)]
struct Value {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(message, optional, tag = "8")]
    tensor: Option<Tensor>,
    #[prost(message, optional, tag = "9")]
    metadata: Option<SummaryMetadata>,
}

/// `summary.proto`.
#[derive(Clone, PartialEq, prost::Message)]
struct SummaryMetadata {
    #[prost(message, optional, tag = "1")]
    plugin_data: Option<PluginData>,
}

/// `summary.proto`: `SummaryMetadata.PluginData`. Its `content` would hold a version, which is 0: no byte.
#[derive(Clone, PartialEq, prost::Message)]
struct PluginData {
    #[prost(string, tag = "1")]
    plugin_name: String,
}

/// `tensor.proto`: `TensorProto`.
#[derive(Clone, PartialEq, prost::Message)]
#[expect(clippy::struct_field_names, reason = "the names of the format")]
pub struct Tensor {
    #[prost(int32, tag = "1")]
    dtype: i32,
    #[prost(message, optional, tag = "2")]
    tensor_shape: Option<TensorShape>,
    #[prost(bytes = "vec", tag = "4")]
    tensor_content: Vec<u8>,
    #[prost(bytes = "vec", repeated, tag = "8")]
    string_val: Vec<Vec<u8>>,
}

/// `tensor_shape.proto`: `TensorShapeProto`.
#[derive(Clone, PartialEq, prost::Message)]
struct TensorShape {
    #[prost(message, repeated, tag = "2")]
    dim: Vec<Dim>,
}

/// `tensor_shape.proto`: `TensorShapeProto.Dim`.
#[derive(Clone, PartialEq, prost::Message)]
struct Dim {
    #[prost(int64, tag = "1")]
    size: i64,
}

/// `types.proto`.
const DT_FLOAT: i32 = 1;
const DT_DOUBLE: i32 = 2;
const DT_STRING: i32 = 7;

impl Event {
    /// The first of a file, by which `TensorBoard` knows the format.
    pub fn first(wall_time: f64) -> Self {
        Self {
            wall_time,
            file_version: Some("brain.Event:2".into()),
            source_metadata: Some(SourceMetadata { writer: "katachi".into() }),
            ..Self::default()
        }
    }

    /// A tensor for a plugin to show. `TensorBoard` needs the metadata with the first of a tag only; they go with each,
    /// as in TensorFlow, since which one is the first is not known where a folder has several files.
    pub fn of_tensor(wall_time: f64, step: i64, tag: &str, plugin: &str, tensor: Tensor) -> Self {
        let plugin_data = Some(PluginData { plugin_name: plugin.into() });
        let metadata = Some(SummaryMetadata { plugin_data });
        let value = vec![Value { tag: tag.into(), tensor: Some(tensor), metadata }];
        Self { wall_time, step, summary: Some(Summary { value }), ..Self::default() }
    }
}

impl Tensor {
    pub fn scalar(value: f32) -> Self {
        Self { tensor_content: value.to_le_bytes().into(), ..Self::new(DT_FLOAT, []) }
    }

    /// A row for each range: its edges and its count.
    #[expect(clippy::cast_possible_wrap, reason = "a small number")]
    pub fn histogram(ranges: &[[f64; 3]; RANGES]) -> Self {
        let tensor_content = ranges.as_flattened().iter().flat_map(|number| number.to_le_bytes()).collect();
        Self { tensor_content, ..Self::new(DT_DOUBLE, [RANGES as i64, 3]) }
    }

    pub fn text(text: &str) -> Self {
        Self { string_val: vec![text.into()], ..Self::new(DT_STRING, []) }
    }

    fn new<const AXES: usize>(dtype: i32, sizes: [i64; AXES]) -> Self {
        let dim = sizes.map(|size| Dim { size }).into();
        Self { dtype, tensor_shape: Some(TensorShape { dim }), ..Self::default() }
    }
}
