//! Signals and callbacks with type-erased values.
//!
//! Leptos compiles the code of a signal, about ten kilobytes, once for each type of value, and this
//! page has about sixty types. Here it is compiled once, for `ErasedValue`; only reading and
//! setting depend on the type. Names and behavior are the same as in Leptos.
//!
//! Typed signals would add 78 KB to the download (docs/decisions/size-tricks.md).

use std::any::Any;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::{Arc, Mutex};

use leptos::prelude as leptos;
use leptos::{Get, GetUntracked, Set, Track};

/// A shared closure that computes the value of a view or of an attribute.
pub type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// A value of any type.
type ErasedValue = Arc<dyn Any + Send + Sync>;

/// The Leptos signal from which a value is read.
type Source = leptos::Signal<ErasedValue>;

/// A type whose values can be stored in a signal.
pub trait Value: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> Value for T {}

/// A read-only signal.
pub struct Signal<T> {
    source: Source,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T: Value> Signal<T> {
    fn of(source: Source) -> Self {
        Self { source, of: PhantomData }
    }

    /// Creates a signal whose value never changes.
    pub fn stored(value: T) -> Self {
        Self::of(stored(Arc::new(value)))
    }

    /// Creates a signal that is recomputed at each read.
    pub fn derive(value: impl Fn() -> T + Value) -> Self {
        Self::of(derived(Box::new(move || Arc::new(value()))))
    }

    /// Creates a memo: a signal that is recomputed when its inputs change, and notifies only if the
    /// result differs.
    pub fn memo(value: impl Fn() -> T + Value) -> Self
    where
        T: PartialEq,
    {
        Self::of(memo(Box::new(move || Arc::new(value())), differ::<T>))
    }

    /// Applies a function to the value and tracks the signal.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(seen(&tracked(self.source)))
    }

    /// Applies a function to the value without tracking it.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(seen(&untracked(self.source)))
    }

    /// Returns a clone of the value and tracks the signal.
    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// Returns a clone of the value without tracking it.
    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// Subscribes the running effect or memo to changes of the signal.
    pub fn track(self) {
        self.source.track();
    }

    /// Returns the value as part of a view, or as an attribute, that is updated with the signal.
    pub fn live(self) -> Live<T>
    where
        T: Clone,
    {
        Arc::new(Mutex::new(move || self.get()))
    }
}

impl<T: Value> From<T> for Signal<T> {
    fn from(value: T) -> Self {
        Self::stored(value)
    }
}

impl<T: Value> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        *signal
    }
}

impl<T: Value + Default> Default for Signal<T> {
    fn default() -> Self {
        Self::stored(T::default())
    }
}

/// A signal that can be read and set.
pub struct RwSignal<T> {
    cell: leptos::RwSignal<ErasedValue>,
    reader: Signal<T>,
}

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T> Deref for RwSignal<T> {
    type Target = Signal<T>;

    fn deref(&self) -> &Signal<T> {
        &self.reader
    }
}

impl<T: Value> RwSignal<T> {
    /// Creates a signal with an initial value.
    pub fn new(value: T) -> Self {
        let (cell, source) = cell(Arc::new(value));
        Self { cell, reader: Signal::of(source) }
    }

    /// Sets the value.
    pub fn set(self, value: T) {
        set(self.cell, Arc::new(value));
    }

    /// Applies a change to a clone of the value, then sets it.
    pub fn update(self, change: impl FnOnce(&mut T))
    where
        T: Clone,
    {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

impl<T: Value + Default> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// A copyable callback.
pub struct Callback<In, Out = ()> {
    action: leptos::StoredValue<ErasedValue>,
    of: PhantomData<fn(In) -> Out>,
}

type Action<In, Out> = Box<dyn Fn(In) -> Out + Send + Sync>;

impl<In, Out> Clone for Callback<In, Out> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<In, Out> Copy for Callback<In, Out> {}

impl<In: 'static, Out: 'static> Callback<In, Out> {
    /// Calls the callback.
    pub fn run(self, with: In) -> Out {
        seen::<Action<In, Out>>(&kept(self.action))(with)
    }
}

impl<In: 'static, Out: 'static, F: Fn(In) -> Out + Value> From<F> for Callback<In, Out> {
    fn from(action: F) -> Self {
        let action: Action<In, Out> = Box::new(action);
        Self { action: keep(Arc::new(action)), of: PhantomData }
    }
}

// These functions are not generic and not inlined into generic ones, so that they are compiled
// once.

#[inline(never)]
fn seen<T: 'static>(value: &ErasedValue) -> &T {
    value.downcast_ref().expect("holds what was put in")
}

fn differ<T: Value + PartialEq>(before: Option<&ErasedValue>, after: Option<&ErasedValue>) -> bool {
    before.map(seen::<T>) != after.map(seen::<T>)
}

#[inline(never)]
fn stored(value: ErasedValue) -> Source {
    Source::stored(value)
}

#[inline(never)]
fn derived(value: Box<dyn Fn() -> ErasedValue + Send + Sync>) -> Source {
    Source::derive(value)
}

#[inline(never)]
fn memo(
    value: Box<dyn Fn() -> ErasedValue + Send + Sync>,
    differ: fn(Option<&ErasedValue>, Option<&ErasedValue>) -> bool,
) -> Source {
    leptos::Memo::new_with_compare(move |_| value(), differ).into()
}

#[inline(never)]
fn cell(value: ErasedValue) -> (leptos::RwSignal<ErasedValue>, Source) {
    let cell = leptos::RwSignal::new(value);
    (cell, cell.into())
}

#[inline(never)]
fn set(cell: leptos::RwSignal<ErasedValue>, value: ErasedValue) {
    cell.set(value);
}

#[inline(never)]
fn tracked(source: Source) -> ErasedValue {
    source.get()
}

#[inline(never)]
fn untracked(source: Source) -> ErasedValue {
    source.get_untracked()
}

#[inline(never)]
fn keep(action: ErasedValue) -> leptos::StoredValue<ErasedValue> {
    leptos::StoredValue::new(action)
}

#[inline(never)]
fn kept(action: leptos::StoredValue<ErasedValue>) -> ErasedValue {
    leptos::GetValue::get_value(&action)
}
