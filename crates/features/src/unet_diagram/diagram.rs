//! Diagram of the U-Net.

use std::sync::Arc;

use leptos::prelude::*;
use model::graph::Graph;
use model::{DataShape, LayerKind, Segmentation, UNet, UNetBlock, layer_table};
use protocol::QuantizedMaps;
use ui::erased_signal::{Callback, RwSignal, Signal};
use ui::erased_view::{When, derived, each, live, live_value, memo, view};
use ui::format;
use ui::glossary_term::Term;
use ui::raster::canvas::Raster;
use ui::raster::paint::paint_gray;
use ui::raster::tile_grid::TileGrid;

use super::block::{Block, Skip};
use super::block_detail::Detail;
use super::block_maps::Highlight;
use super::controls::UNetControls;
use super::encoder_start::EncoderPort;
use super::geometry::{area, describe_field, toggled};
use super::state::DiagramState;

/// Settings, blocks with their feature maps, skip connections, and the receptive field of an output
/// pixel.
#[component]
pub fn UNetDiagram(
    /// The network and its loss.
    #[prop(into)]
    segmentation: Signal<Segmentation>,
    /// Number of classes and size of the slices.
    #[prop(into)]
    shape: Signal<DataShape>,
    /// Feature maps of the blocks for the selected slice, in the order of computation.
    #[prop(into)]
    features: Signal<Option<Arc<Vec<QuantizedMaps>>>>,
    /// The reason why there are no feature maps, as a sentence.
    #[prop(into)]
    features_error: Signal<Option<String>>,
    /// Connection with the start of the encoder.
    encoder: EncoderPort,
    /// Called with another network, which may be one that cannot be built.
    #[prop(into)]
    on_change: Callback<Segmentation>,
    /// Selected slice: gray values 0 to 255, `[height, width]` in row-major order.
    #[prop(into, optional)]
    image: Signal<Option<Arc<[u8]>>>,
    /// Class names in label order.
    #[prop(into, optional)]
    classes: Signal<Vec<String>>,
    /// Disables all controls.
    #[prop(into, optional)]
    locked: Signal<bool>,
) -> impl IntoView {
    let unet = memo(move || segmentation.with(|segmentation| segmentation.unet.clone()));
    let graph = move || unet.with(|unet| Graph::unet(unet, shape.get()));
    let layers = memo(move || graph().map(|graph| layer_table(&graph)));
    let picked = RwSignal::new(None::<[usize; 2]>);
    let field = memo(move || {
        let ([row, column], [height, width]) = (picked.get()?, shape.get().size);
        let is_inside = row < height && column < width;
        Some(graph().ok().filter(|_| is_inside)?.receptive_field_by_layer([row, column]))
    });
    let diagram = DiagramState { layers, features, picked, field, chosen: RwSignal::new(None) };
    let set = move |unet: UNet| {
        on_change.run(Segmentation { unet, ..segmentation.get_untracked() });
    };
    let error = memo(move || layers.with(|layers| layers.as_ref().err().cloned()));
    let total = move || {
        layers.with(|layers| match layers {
            Ok(layers) => format::count(layers.iter().map(|layer| layer.parameters).sum()),
            Err(_) => "–".to_owned(),
        })
    };
    let sentence = move || field.with(|field| describe_field(field.as_ref()?, shape.get().size));
    view! {
        <div class="unet" data-testid="unet">
            <UNetControls unet=unet error=error locked=locked encoder=encoder on_unet=set />
            <p class="unet-total">
                <span data-testid="unet-parameters">{live(total)}</span>" "<Term name="parameters" />
            </p>
            <When holds=live_value(move || error.with(Option::is_none))>
                {live(move || features_error.get().map(|error| view! {
                    <p class="hint" role="status" data-testid="feature-maps-error">{error}</p>
                }))}
                <Drawing diagram=diagram unet=unet image=image shape=shape locked=locked on_unet=set />
                <p class="unet-field" aria-live="polite" data-testid="receptive-field">
                    {live(move || sentence().unwrap_or_else(|| {
                        "Click a pixel of the head, or move there with the arrow keys: what it sees lights up.".into()
                    }))}
                </p>
                <Detail diagram=diagram classes=classes />
            </When>
        </div>
    }
}

/// The layout of the diagram: image and head at the top, then encoder, skip connection and decoder
/// of each level, and the bottom block.
#[component]
fn Drawing(
    diagram: DiagramState,
    unet: Signal<UNet>,
    image: Signal<Option<Arc<[u8]>>>,
    shape: Signal<DataShape>,
    locked: Signal<bool>,
    #[prop(into)] on_unet: Callback<UNet>,
) -> impl IntoView {
    let depth = memo(move || unet.with(|unet| unet.depth));
    view! {
        <div class="unet-scroll" role="group" tabindex="0" aria-label="the U-Net, block by block">
            <div class="unet-grid">
                <InputImage diagram=diagram image=image shape=shape />
                <span class="unet-gap"></span>
                <Block diagram=diagram block=UNetBlock::Head />
                {each(move || (0..depth.get()).collect(), move |level| view! {
                    <div class="unet-down"><Block diagram=diagram block=UNetBlock::Encoder(level) /></div>
                    <Skip
                        level=level
                        kept=derived(move || unet.with(|unet| unet.has_skip(level)))
                        channels=derived(move || unet.with(|unet| unet.channels(level)))
                        locked=locked
                        on_toggle=move |()| on_unet.run(unet.with_untracked(|unet| toggled(unet, level)))
                    />
                    <div class="unet-up"><Block diagram=diagram block=UNetBlock::Decoder(level) /></div>
                })}
                <div class="unet-bottom"><Block diagram=diagram block=UNetBlock::Bottom /></div>
            </div>
        </div>
    }
}

/// The input slice, with the receptive field of the selected pixel.
#[component]
fn InputImage(
    diagram: DiagramState,
    image: Signal<Option<Arc<[u8]>>>,
    shape: Signal<DataShape>,
) -> impl IntoView {
    let size = derived(move || shape.get().size);
    let rgba = derived(move || Some(paint_gray(&image.get()?, (0, 255))));
    let lit = memo(move || {
        let [height, width] = size.get();
        let image = TileGrid::new([1, height, width], 1);
        diagram.field.with(|field| {
            let seen = area(field.as_ref()?, LayerKind::Image)?;
            Some(image.path(&seen.rows, &seen.columns))
        })
    });
    view! {
        <div class="unet-block">
            <span class="unet-name">"Image"</span>
            <span class="unet-shape">
                {live(move || size.with(|[height, width]| format!("1 × {height} × {width}")))}
            </span>
            <div class="raster-tiles unet-image" role="img" aria-label="the selected slice">
                <Raster size=size rgba=rgba />
                <Highlight size=size path=lit />
            </div>
        </div>
    }
}
