//! Which views are shown where, given the room that the window has.

use model::Lab;
use model::permalink::View;

/// Room in the window, in increasing order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
    /// For one view at a time, of which the experiment is one.
    One,
    /// For the experiment beside a view, or in a frame for two views.
    Beside,
    /// For the experiment beside two views.
    Two,
}

/// What surrounds the views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The whole page.
    Page,
    /// A projector.
    Projector,
    /// An iframe of a course page.
    Embedded,
}

/// Places of the views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placement {
    /// Whether the experiment has a column of its own.
    pub experiment_column: bool,
    /// The views shown, from left to right: one or two.
    pub shown: Vec<View>,
    /// Views with a tab. Empty if there is nothing to choose.
    pub tabs: Vec<View>,
    /// Whether a second view can be opened beside a single one.
    pub has_room: bool,
}

/// Places the views of a lab. `wanted` are those of the link or of the visitor.
pub(super) fn place(wanted: &[View], lab: Lab, room: Room, frame: Frame) -> Placement {
    let experiment_column = frame == Frame::Page && room >= Room::Beside;
    let in_column = |view: View| experiment_column && view == View::Experiment;
    let mut shown: Vec<View> = wanted.iter().copied().filter(|view| !in_column(*view)).collect();
    let panes = match (frame, room) {
        (_, Room::One) | (Frame::Page, Room::Beside) => 1,
        _ => 2,
    };
    if shown.is_empty() {
        shown.push(View::Curves);
    }
    let tabs = match frame {
        Frame::Embedded if wanted.len() > panes => wanted.to_vec(),
        Frame::Embedded | Frame::Projector => Vec::new(),
        Frame::Page => {
            let first = (!experiment_column).then_some(View::Experiment);
            first.into_iter().chain(View::of(lab).iter().copied()).collect()
        }
    };
    shown.truncate(panes);
    let has_room = frame == Frame::Page && shown.len() < panes;
    Placement { experiment_column, shown, tabs, has_room }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: [View; 2] = [View::Curves, View::Layers];

    #[test]
    fn a_page_has_as_many_panes_as_there_is_room_for() {
        let at = |room| place(&TWO, Lab::Classify, room, Frame::Page);
        let phone = at(Room::One);
        assert_eq!((phone.experiment_column, &phone.shown[..]), (false, &TWO[..1]));
        assert_eq!(phone.tabs.len(), 10);
        assert_eq!(phone.tabs[0], View::Experiment);
        let laptop = at(Room::Beside);
        assert_eq!((laptop.experiment_column, &laptop.shown[..]), (true, &TWO[..1]));
        assert_eq!(laptop.tabs, View::of(Lab::Classify));
        assert!(!laptop.has_room);
        assert_eq!(at(Room::Two).shown, TWO);
        let single = place(&[View::Step], Lab::Classify, Room::Two, Frame::Page);
        assert!(single.has_room && single.shown == [View::Step]);
    }

    #[test]
    fn the_experiment_is_a_view_only_where_it_has_no_column() {
        let wanted = [View::Experiment];
        assert_eq!(place(&wanted, Lab::Segment, Room::One, Frame::Page).shown, wanted);
        let wide = place(&wanted, Lab::Segment, Room::Beside, Frame::Page);
        assert_eq!(wide.shown, [View::Curves]);
        let frame = place(&wanted, Lab::Segment, Room::Two, Frame::Embedded);
        assert_eq!((frame.experiment_column, &frame.shown[..]), (false, &wanted[..]));
    }

    #[test]
    fn a_frame_shows_exactly_the_views_of_its_link() {
        let one = place(&[View::Why], Lab::Classify, Room::One, Frame::Embedded);
        assert_eq!((&one.shown[..], &one.tabs[..]), (&[View::Why][..], &[][..]));
        // Two that have no room beside each other have tabs.
        let two = place(&TWO, Lab::Classify, Room::One, Frame::Embedded);
        assert_eq!((&two.shown[..], &two.tabs[..]), (&TWO[..1], &TWO[..]));
        let two = place(&TWO, Lab::Classify, Room::Beside, Frame::Embedded);
        assert_eq!((&two.shown[..], &two.tabs[..]), (&TWO[..], &[][..]));
        assert!(!two.has_room);
    }

    #[test]
    fn a_projector_shows_the_chosen_views_alone() {
        let seen = place(&TWO, Lab::Classify, Room::Two, Frame::Projector);
        assert_eq!((seen.experiment_column, &seen.shown[..]), (false, &TWO[..]));
        assert_eq!(seen.tabs, []);
    }
}
