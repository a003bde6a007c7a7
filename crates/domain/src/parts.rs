//! Changes to one part of a micro-credential: an outcome or a prerequisite in its list.

use crate::failure::Failure;
use crate::id::{LearningOutcomeId, PrerequisiteId};
use crate::micro_credential::{LearningOutcomeDraft, PrerequisiteDraft};

/// One change to a list of parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListChange<I, D> {
    /// Adds a part at the end.
    Add(D),
    /// Replaces the fields of a part, which keeps its identifier and its place.
    Replace(I, D),
    /// Takes a part out.
    Remove(I),
    /// Puts the parts into this order; names each of them once.
    Reorder(Vec<I>),
}

/// One change to a part of a micro-credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartChange {
    /// To its outcomes.
    Outcomes(ListChange<LearningOutcomeId, LearningOutcomeDraft>),
    /// To its prerequisites.
    Prerequisites(ListChange<PrerequisiteId, PrerequisiteDraft>),
}

/// A list with its identifiers after a change, and the part that was added or replaced.
pub type Changed<I, D> = (Vec<(I, D)>, Option<I>);

/// What is said of a list in errors.
#[derive(Clone, Copy, Debug)]
pub struct ListName {
    /// One part, for example `learning outcome`.
    pub part: &'static str,
    /// The list as a field, for example `outcomes`.
    pub list: &'static str,
    /// Most parts.
    pub most: usize,
}

impl<I: Copy + Eq, D> ListChange<I, D> {
    /// The list after the change, and the part that was added or replaced. Parts that are not named keep identifier and order.
    ///
    /// # Errors
    /// `NOT_FOUND` for a part that is not in the list, `VALIDATION_ERROR` for a list that would be too long or an order that
    /// does not name each part once.
    pub fn apply(
        self,
        mut list: Vec<(I, D)>,
        new_id: I,
        name: ListName,
    ) -> Result<Changed<I, D>, Failure> {
        let place = |list: &[(I, D)], id: I| {
            list.iter()
                .position(|(known, _)| *known == id)
                .ok_or_else(|| Failure::not_found(name.part))
        };
        match self {
            Self::Add(draft) => {
                if list.len() >= name.most {
                    let message = format!("must have at most {} entries", name.most);
                    return Err(Failure::invalid_field(name.list, message));
                }
                list.push((new_id, draft));
                Ok((list, Some(new_id)))
            }
            Self::Replace(id, draft) => {
                let at = place(&list, id)?;
                if let Some(part) = list.get_mut(at) {
                    part.1 = draft;
                }
                Ok((list, Some(id)))
            }
            Self::Remove(id) => {
                let at = place(&list, id)?;
                list.remove(at);
                Ok((list, None))
            }
            Self::Reorder(ids) => Ok((reordered(list, &ids, name)?, None)),
        }
    }
}

fn reordered<I: Copy + Eq, D>(
    mut list: Vec<(I, D)>,
    ids: &[I],
    name: ListName,
) -> Result<Vec<(I, D)>, Failure> {
    let wrong = || {
        let message = format!("must name every {} of the micro-credential once", name.part);
        Failure::invalid_field("ids", message)
    };
    let mut ordered = Vec::with_capacity(list.len());
    for id in ids {
        let at = list
            .iter()
            .position(|(known, _)| known == id)
            .ok_or_else(wrong)?;
        ordered.push(list.remove(at));
    }
    if list.is_empty() {
        Ok(ordered)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::failure::ErrorCode;

    const NAME: ListName = ListName {
        part: "learning outcome",
        list: "outcomes",
        most: 4,
    };

    fn list() -> Vec<(u8, &'static str)> {
        vec![(1, "a"), (2, "b"), (3, "c")]
    }

    #[test]
    fn only_the_named_part_changes() {
        let added = ListChange::Add("d").apply(list(), 9, NAME).unwrap();
        let replaced = ListChange::Replace(2, "x").apply(list(), 9, NAME).unwrap();
        let removed = ListChange::Remove(2).apply(list(), 9, NAME).unwrap();

        assert_eq!(added.0, [(1, "a"), (2, "b"), (3, "c"), (9, "d")]);
        assert_eq!(added.1, Some(9));
        assert_eq!(replaced, (vec![(1, "a"), (2, "x"), (3, "c")], Some(2)));
        assert_eq!(removed, (vec![(1, "a"), (3, "c")], None));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for change in [ListChange::Replace(7, "x"), ListChange::Remove(7)] {
            let failure = change.apply(list(), 9, NAME).unwrap_err();
            assert_eq!(failure.code, ErrorCode::NotFound);
        }
    }

    #[test]
    fn a_full_list_takes_no_more() {
        let full = ListChange::Add("d").apply(list(), 9, NAME).unwrap().0;

        let failure = ListChange::Add("e").apply(full, 10, NAME).unwrap_err();

        assert_eq!(failure.fields[0].field, "outcomes");
    }

    proptest! {
        #[test]
        fn an_order_names_each_part_once(ids in proptest::collection::vec(0_u8..6, 0..6)) {
            let mut sorted = ids.clone();
            sorted.sort_unstable();
            match ListChange::<u8, &str>::Reorder(ids.clone()).apply(list(), 9, NAME) {
                Ok((after, _)) => {
                    prop_assert_eq!(&sorted, &[1, 2, 3]);
                    prop_assert_eq!(after.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), ids);
                }
                Err(failure) => {
                    prop_assert_ne!(&sorted, &[1, 2, 3]);
                    prop_assert_eq!(&failure.fields[0].field, "ids");
                }
            }
        }
    }
}
