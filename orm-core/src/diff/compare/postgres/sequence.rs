//! Sequences that stand alone, which several columns may ask.

use super::Work;
use super::altered::altered_sequence;
use crate::ddl::blueprint::{Name, sequence};
use crate::ddl::plan::Step;
use crate::diff::change::{Change, Rank, Stage};
use crate::schema::{Backend, SequenceOptions};

impl Work<'_> {
    /// One that no column asks any more stays: others may.
    pub(super) fn sequences(&mut self) {
        for (name, said) in sequence::standing_alone(self.desired) {
            match self.live.sequences.get(name) {
                None => self.create_sequence(name, said),
                Some(there) => self.alter_sequence(name, said, *there),
            }
        }
    }

    fn create_sequence(&mut self, name: &Name, said: SequenceOptions) {
        let summary = format!("create sequence {name}");
        let change = Change::new(Stage::Schema, Rank::CreateSequence, summary);
        let create = Step::CreateSequence(name.clone(), said).sql(Backend::Postgres);
        let change = change.up(create);
        self.push(change.down(format!("DROP SEQUENCE {}", name.quoted())));
    }

    fn alter_sequence(&mut self, name: &Name, said: SequenceOptions, there: SequenceOptions) {
        let unlike = said.unlike(&there);
        if unlike == SequenceOptions::UNSAID {
            return;
        }
        let summary = format!("alter sequence {name}");
        let change = Change::new(Stage::Schema, Rank::CreateSequence, summary);
        let (quoted, back) = (name.quoted(), unlike.as_in(&there));
        let change = change.up(altered_sequence(&quoted, &unlike));
        self.push(change.down(altered_sequence(&quoted, &back)));
    }
}
