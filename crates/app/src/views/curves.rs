//! The learning curves: loss per step, test accuracy per epoch.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::curve::{self, Curve};
use super::plot::{self, Axis, Plot, Stroke};
use super::svg::Ink;
use super::{Term, format};

/// Two charts: loss per step, test accuracy per epoch. The last of `runs` is the present one.
#[component]
pub fn CurveChart(
    /// All runs to draw, the present one last.
    #[prop(into)]
    runs: Signal<Vec<Curve>>,
    /// Steps an epoch of the present run.
    #[prop(into)]
    steps_per_epoch: Signal<usize>,
    /// Steps of the whole present run.
    #[prop(into)]
    total_steps: Signal<usize>,
) -> impl IntoView {
    let drawings = Memo::new(move |_| {
        runs.with(|runs| Drawings::new(runs, steps_per_epoch.get(), total_steps.get()))
    });
    let summary = Memo::new(move |_| {
        runs.with(|runs| {
            runs.last().map(|run| curve::summary(run, total_steps.get())).unwrap_or_default()
        })
    });
    let past = Memo::new(move |_| {
        runs.with(|runs| {
            let past = runs.split_last().map_or(&[][..], |(_, past)| past);
            past.iter().map(|run| run.label.clone()).collect::<Vec<_>>()
        })
    });

    view! {
        <div class="curves">
            <figure class="chart" data-testid="loss-chart">
                <figcaption class="chart-title"><Term name="loss" text="Loss" />" per "<Term name="step" /></figcaption>
                <ChartBody name="Loss per step" drawing=Signal::derive(move || drawings.with(|d| d.loss.clone())) />
            </figure>
            <figure class="chart" data-testid="accuracy-chart">
                <figcaption class="chart-title">
                    <Term name="test accuracy" text="Test accuracy" />" per "<Term name="epoch" />
                </figcaption>
                <ChartBody name="Test accuracy per epoch" drawing=Signal::derive(move || drawings.with(|d| d.accuracy.clone())) />
            </figure>
            <ul class="legend" aria-label="Legend">
                <li><Key ink="ink-raw" />"training batch"</li>
                <li><Key ink="ink-train" />"training, "<Term name="smoothed" /></li>
                <li><Key ink="ink-test" dot=true /><Term name="test set" /></li>
                {move || {
                    past.get().into_iter().enumerate().map(|(index, label)| view! {
                        <li class="legend-past">
                            <Key ink=past_class(index) />
                            <b>{curve::tag(index)}</b>" "{label}
                        </li>
                    }).collect_view()
                }}
            </ul>
            <p class="visually-hidden">{summary}</p>
        </div>
    }
}

fn past_class(index: usize) -> String {
    format!("ink-past ink-past-{}", index % PAST_INKS)
}

/// Looks of earlier runs that the style sheet tells apart.
const PAST_INKS: usize = 5;

#[component]
fn Key(#[prop(into)] ink: String, #[prop(default = false)] dot: bool) -> impl IntoView {
    view! {
        <svg class="legend-key" width="28" height="12" viewBox="0 0 28 12" aria-hidden="true">
            <path class=ink.clone() fill="none" d="M1 6H27" />
            {dot.then(|| view! { <circle class=ink cx="14" cy="6" r="4" /> })}
        </svg>
    }
}

/// What one chart draws, with the values that its readout names.
#[derive(Clone, Debug, PartialEq)]
struct Drawing {
    x: Axis,
    y: Axis,
    strokes: Vec<Stroke>,
    /// One per place on the horizontal axis where something can be read.
    readings: Vec<Reading>,
}

#[derive(Clone, Debug, PartialEq)]
struct Reading {
    x: f64,
    /// Marked on the chart.
    marks: Vec<(Ink, f64)>,
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
struct Drawings {
    loss: Drawing,
    accuracy: Drawing,
}

impl Drawings {
    fn new(runs: &[Curve], steps_per_epoch: usize, total_steps: usize) -> Self {
        let (present, past) = match runs.split_last() {
            Some((present, past)) => (Some(present), past),
            None => (None, &[][..]),
        };
        let longest = runs.iter().map(|run| run.losses.len()).max().unwrap_or(0);
        let steps = total_steps.max(longest).max(1);
        let epochs = total_steps.div_ceil(steps_per_epoch.max(1));
        let last_epoch = runs.iter().filter_map(|run| run.tests.last()).map(|t| t.epoch).max();
        let epochs = epochs.max(last_epoch.unwrap_or(0)).max(1);

        let mut loss_strokes = Vec::new();
        let mut accuracy_strokes = Vec::new();
        let mut past_losses = Vec::new();
        for (index, run) in past.iter().enumerate() {
            let ink = Ink::Past((index % PAST_INKS) as u8);
            let smoothed = curve::smooth(&run.losses, curve::window(run.losses.len()));
            let points = curve::smoothed_points(&smoothed);
            past_losses.extend(points.iter().map(|p| p.1));
            loss_strokes.push(Stroke { ink, points, dots: false, tag: curve::tag(index) });
            let points = run.tests.iter().map(|t| (t.epoch as f64, t.accuracy * 100.0)).collect();
            accuracy_strokes.push(Stroke { ink, points, dots: false, tag: curve::tag(index) });
        }

        let mut present_losses = Vec::new();
        let (mut loss_readings, mut accuracy_readings) = (Vec::new(), Vec::new());
        if let Some(run) = present {
            let smoothed = curve::smooth(&run.losses, curve::window(steps));
            let line = curve::smoothed_points(&smoothed);
            let tests: Vec<(f64, f64)> =
                run.tests.iter().map(|t| (t.step as f64, f64::from(t.loss))).collect();
            present_losses.extend(line.iter().chain(&tests).map(|p| p.1));
            let plain = |ink, points, dots| Stroke { ink, points, dots, tag: String::new() };
            loss_strokes.push(plain(Ink::Raw, curve::raw_points(&run.losses), false));
            loss_strokes.push(plain(Ink::Train, line, false));
            loss_strokes.push(plain(Ink::Test, tests, true));
            let accuracy = run.tests.iter().map(|t| (t.epoch as f64, t.accuracy * 100.0)).collect();
            accuracy_strokes.push(plain(Ink::Test, accuracy, true));
            loss_readings = read_losses(run, &smoothed);
            accuracy_readings = read_accuracies(run);
        }
        Self {
            loss: Drawing {
                x: Axis { name: "step", short: "step", from: 0.0, to: steps as f64, whole: true },
                y: Axis {
                    name: "cross-entropy in nats",
                    short: "nats",
                    from: 0.0,
                    to: curve::loss_top(&present_losses, &past_losses),
                    whole: false,
                },
                strokes: loss_strokes,
                readings: loss_readings,
            },
            accuracy: Drawing {
                x: Axis {
                    name: "epoch",
                    short: "epoch",
                    from: 0.0,
                    to: epochs as f64,
                    whole: true,
                },
                y: Axis { name: "right in %", short: "%", from: 0.0, to: 100.0, whole: true },
                strokes: accuracy_strokes,
                readings: accuracy_readings,
            },
        }
    }
}

fn read_losses(run: &Curve, smoothed: &[f64]) -> Vec<Reading> {
    let stride = curve::stride(run.losses.len());
    let last = run.losses.len().saturating_sub(1);
    let mut tests = run.tests.iter().peekable();
    let mut test = None;
    let mut readings = Vec::with_capacity(curve::MAX_POINTS + 1);
    for (index, (loss, smooth)) in run.losses.iter().zip(smoothed).enumerate() {
        if index % stride != 0 && index != last {
            continue;
        }
        while let Some(next) = tests.next_if(|next| next.step <= index + 1) {
            test = Some(next);
        }
        let mut text = format!(
            "step {}: batch {}, smoothed {}",
            format::count(index + 1),
            format::loss(f64::from(*loss)),
            format::loss(*smooth)
        );
        if let Some(test) = test {
            text +=
                &format!(", test {} (epoch {})", format::loss(f64::from(test.loss)), test.epoch);
        }
        readings.push(Reading { x: (index + 1) as f64, marks: vec![(Ink::Train, *smooth)], text });
    }
    readings
}

fn read_accuracies(run: &Curve) -> Vec<Reading> {
    let reading = |test: &curve::TestPoint| Reading {
        x: test.epoch as f64,
        marks: vec![(Ink::Test, test.accuracy * 100.0)],
        text: format!("epoch {}: {} right", test.epoch, format::percent(test.accuracy)),
    };
    run.tests.iter().map(reading).collect()
}

/// A chart that fills its place, with a crosshair for pointer and arrow keys.
#[component]
fn ChartBody(name: &'static str, drawing: Signal<Drawing>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let size = element_size(place);
    let plot: Memo<Plot> = Memo::new(move |_| {
        let size = size.get();
        drawing.with(|d| plot::draw(size, &d.x, &d.y, &d.strokes))
    });
    // The reading under the crosshair, by its value on the axis, which stays when readings come.
    let cursor = RwSignal::new(None::<f64>);
    let reading = Memo::new(move |_| {
        let at = cursor.get()?;
        drawing.with(|d| nearest(&d.readings, at).map(|index| d.readings[index].clone()))
    });
    let on_move = move |event: ev::PointerEvent| {
        let Some(element) = place.get_untracked() else { return };
        let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
        let area = plot.with_untracked(|plot| plot.area);
        cursor.set(drawing.with_untracked(|d| area.value_at(&d.x, x)));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let next = drawing.with_untracked(|d| {
            let last = d.readings.len().checked_sub(1)?;
            let now = cursor.get_untracked().and_then(|at| nearest(&d.readings, at));
            let index = match (event.key().as_str(), now) {
                ("ArrowLeft", now) => now.map_or(last, |now| now.saturating_sub(1)),
                ("ArrowRight", now) => now.map_or(0, |now| (now + 1).min(last)),
                ("Home", _) => 0,
                ("End", _) => last,
                _ => return None,
            };
            Some(d.readings[index].x)
        });
        if let Some(at) = next {
            event.prevent_default();
            cursor.set(Some(at));
        }
    };
    let crosshair = move || {
        let reading = reading.get()?;
        let area = plot.with(|plot| plot.area);
        if area.right <= area.left {
            return None;
        }
        let at = |value| drawing.with(|d| area.place(&d.x, &d.y, (reading.x, value)));
        let x = at(0.0).0;
        let marks = reading
            .marks
            .iter()
            .filter(|(_, value)| value.is_finite())
            .map(|(ink, value)| {
                let (x, y) = at(*value);
                let class =
                    if *ink == Ink::Test { "cross-mark ink-test" } else { "cross-mark ink-train" };
                view! {
                    <line class="crosshair" x1=area.left x2=area.right y1=y y2=y />
                    <circle class=class cx=x cy=y r="5" />
                }
            })
            .collect_view();
        Some(view! {
            <line class="crosshair" x1=x x2=x y1=area.top y2=area.bottom />
            {marks}
        })
    };
    let latest = move || drawing.with(|d| d.readings.last().map(|r| r.text.clone()));
    view! {
        <p class="readout" aria-live="off">
            {move || reading.get().map(|r| r.text).or_else(latest).unwrap_or_default()}
        </p>
        <div
            class="chart-body"
            node_ref=place
            role="group"
            tabindex="0"
            aria-label=format!("{name}. Left and right arrow keys read values.")
            on:pointermove=on_move
            on:pointerdown=on_move
            on:pointerleave=move |_| cursor.set(None)
            on:blur=move |_| cursor.set(None)
            on:keydown=on_key
        >
            <svg
                class="plot"
                aria-hidden="true"
                width=move || size.get().0
                height=move || size.get().1
                inner_html=move || plot.with(|plot| plot.svg.clone())
            ></svg>
            <svg class="plot plot-over" aria-hidden="true" width=move || size.get().0 height=move || size.get().1>
                {crosshair}
            </svg>
        </div>
    }
}

/// The reading nearest to a place on the horizontal axis; readings are in order.
fn nearest(readings: &[Reading], at: f64) -> Option<usize> {
    let after = readings.partition_point(|reading| reading.x < at);
    let distance = |index: usize| readings.get(index).map(|r| (r.x - at).abs());
    let before = after.checked_sub(1);
    match (before.and_then(distance), distance(after)) {
        (Some(left), Some(right)) if left <= right => before,
        (_, Some(_)) => Some(after),
        (Some(_), None) => before,
        (None, None) => None,
    }
}

/// Size of an element in whole CSS pixels, kept up to date.
fn element_size(place: NodeRef<Div>) -> Signal<(u32, u32)> {
    let size = RwSignal::new((0, 0));
    Effect::new(move |_| {
        let Some(element) = place.get() else { return };
        let measured = element.clone();
        let measure = move || {
            let wide = u32::try_from(measured.client_width()).unwrap_or(0);
            let high = u32::try_from(measured.client_height()).unwrap_or(0);
            if size.get_untracked() != (wide, high) {
                size.set((wide, high));
            }
        };
        measure();
        let callback = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let kept = StoredValue::new_local((observer, callback));
            on_cleanup(move || {
                kept.try_with_value(|(observer, _)| observer.disconnect());
            });
        }
    });
    size.into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use protocol::RunId;

    use super::*;

    fn run(losses: &[f32]) -> Curve {
        Curve {
            run: RunId(1),
            label: "SGD".into(),
            losses: Arc::new(losses.to_vec()),
            tests: vec![
                curve::TestPoint { epoch: 0, step: 0, loss: 1.8, accuracy: 0.1 },
                curve::TestPoint { epoch: 1, step: 2, loss: 0.9, accuracy: 0.8 },
            ],
        }
    }

    #[test]
    fn the_present_run_lies_above_earlier_ones_and_sets_the_axes() {
        let drawings = Drawings::new(&[run(&[9.0; 8]), run(&[1.0, 0.5, 0.25])], 2, 6);
        let inks: Vec<Ink> = drawings.loss.strokes.iter().map(|s| s.ink).collect();
        assert_eq!(inks, [Ink::Past(0), Ink::Raw, Ink::Train, Ink::Test]);
        assert_eq!(drawings.loss.x.to, 8.0);
        assert!((drawings.loss.y.to - 3.6 * 1.08).abs() < 1e-6, "{}", drawings.loss.y.to);
        assert_eq!(drawings.accuracy.x.to, 3.0);
        assert_eq!(Drawings::new(&[], 0, 0).loss.x.to, 1.0);
    }

    #[test]
    fn readings_name_every_value_at_their_place() {
        let drawings = Drawings::new(&[run(&[1.0, 0.5, 0.25])], 2, 6);
        let texts: Vec<&str> = drawings.loss.readings.iter().map(|r| r.text.as_str()).collect();
        assert_eq!(texts[0], "step 1: batch 1.000, smoothed 1.000, test 1.800 (epoch 0)");
        assert!(texts[1].ends_with("test 0.900 (epoch 1)"), "{}", texts[1]);
        assert_eq!(drawings.accuracy.readings[1].text, "epoch 1: 80.0 % right");
    }

    #[test]
    fn the_crosshair_snaps_to_the_nearest_reading() {
        let readings: Vec<Reading> =
            [1.0, 4.0, 5.0].map(|x| Reading { x, marks: vec![], text: String::new() }).to_vec();
        let found = [-3.0, 1.2, 3.9, 4.6, 99.0].map(|at| nearest(&readings, at).unwrap());
        assert_eq!(found, [0, 0, 1, 2, 2]);
        assert_eq!(nearest(&[], 1.0), None);
    }
}
