//! A group of replicas: one leads, the others follow it.
//!
//! Followers only know the leader, who sends them their parts of each batch and passes on what the
//! others send. All messages to a follower therefore arrive in the order of the exchanges.

use std::future::Future;
use std::pin::Pin;

use futures::{Stream, StreamExt};

use crate::exchange::{Exchange, Gathered, Lost};
use crate::message::{FromReplica, ToReplica};
use crate::replica::Replica;

/// The message of a replica, or nothing if it is lost.
pub type Received<'t> = Pin<Box<dyn Future<Output = Option<FromReplica>> + 't>>;

/// The followers of a leader, with ranks from 1.
pub trait Team {
    /// Returns the number of replicas, with the leader.
    fn count(&self) -> usize;

    /// Sends a message to a follower.
    fn send(&mut self, rank: usize, message: &ToReplica);

    /// Waits for the next message of a follower.
    fn receive(&mut self, rank: usize) -> Received<'_>;

    /// Gives up the followers, one of which is lost. They are not used again.
    fn give_up(&mut self);
}

/// Exchange of the leader.
pub struct Leader<'t> {
    team: &'t mut dyn Team,
    /// Number of exchanges since the beginning of the group.
    exchanges: &'t mut u32,
}

impl<'t> Leader<'t> {
    /// Returns the exchange. `exchanges` counts them, and is kept between steps.
    pub fn new(team: &'t mut dyn Team, exchanges: &'t mut u32) -> Self {
        Self { team, exchanges }
    }

    async fn gather(&mut self, own: Vec<f32>) -> Gathered {
        let count = self.team.count();
        let exchange = *self.exchanges;
        *self.exchanges += 1;
        let own = ToReplica::Values { rank: 0, exchange, values: own };
        for rank in 1..count {
            self.team.send(rank, &own);
        }
        let ToReplica::Values { values: own, .. } = own else { return Err(Lost) };
        let mut all = vec![own];
        for rank in 1..count {
            let received = self.team.receive(rank).await.ok_or(Lost)?;
            if received.exchange != exchange {
                return Err(Lost);
            }
            let message = ToReplica::Values { rank, exchange, values: received.values };
            for other in (1..count).filter(|other| *other != rank) {
                self.team.send(other, &message);
            }
            let ToReplica::Values { values, .. } = message else { return Err(Lost) };
            all.push(values);
        }
        Ok(all)
    }
}

impl Exchange for Leader<'_> {
    fn rank_and_count(&self) -> (usize, usize) {
        (0, self.team.count())
    }

    fn all_gather(&mut self, values: Vec<f32>) -> Pin<Box<dyn Future<Output = Gathered> + '_>> {
        Box::pin(self.gather(values))
    }
}

/// Trains as a follower, until the stream of messages ends. `send` sends to the leader.
pub async fn follow(
    mut messages: impl Stream<Item = ToReplica> + Unpin,
    mut send: impl FnMut(FromReplica),
) {
    let mut replica: Option<(Replica, Position)> = None;
    let mut next = None;
    loop {
        let message = match next.take() {
            Some(message) => message,
            None => match messages.next().await {
                Some(message) => message,
                None => return,
            },
        };
        match message {
            ToReplica::Begin(setup) => {
                let position = Position { rank: setup.rank, count: setup.count, exchange: 0 };
                // The leader trains the same network, so there is one.
                replica = setup.replica().ok().map(|replica| (replica, position));
            }
            ToReplica::Step { part, learning_rate } => {
                let Some((replica, position)) = &mut replica else { continue };
                let mut follower = Follower {
                    position,
                    messages: &mut messages,
                    send: &mut send,
                    unexpected: None,
                };
                // A step that is not finished changes nothing. The leader begins anew then.
                let _ = replica.step(part, learning_rate, &mut follower).await;
                next = follower.unexpected;
            }
            // What is left of a step that the leader has given up.
            ToReplica::Values { .. } => {}
        }
    }
}

/// Place of a follower in its group.
struct Position {
    rank: usize,
    count: usize,
    /// Number of the next exchange.
    exchange: u32,
}

/// Exchange of a follower.
struct Follower<'f, M> {
    position: &'f mut Position,
    messages: &'f mut M,
    send: &'f mut dyn FnMut(FromReplica),
    /// A message that ended the step.
    unexpected: Option<ToReplica>,
}

impl<M: Stream<Item = ToReplica> + Unpin> Follower<'_, M> {
    async fn gather(&mut self, own: Vec<f32>) -> Gathered {
        let Position { rank: own_rank, count, .. } = *self.position;
        let current = self.position.exchange;
        self.position.exchange += 1;
        (self.send)(FromReplica { exchange: current, values: own.clone() });
        let mut all = vec![Vec::new(); count];
        all[own_rank] = own;
        for _ in 1..count {
            match self.messages.next().await {
                Some(ToReplica::Values { rank, exchange, values })
                    if exchange == current && rank < count =>
                {
                    all[rank] = values;
                }
                other => {
                    self.unexpected = other;
                    return Err(Lost);
                }
            }
        }
        Ok(all)
    }
}

impl<M: Stream<Item = ToReplica> + Unpin> Exchange for Follower<'_, M> {
    fn rank_and_count(&self) -> (usize, usize) {
        (self.position.rank, self.position.count)
    }

    fn all_gather(&mut self, values: Vec<f32>) -> Pin<Box<dyn Future<Output = Gathered> + '_>> {
        Box::pin(self.gather(values))
    }
}
