//! Which source outcome stands for which target outcome, so that the sum of similarities is greatest (Hungarian method).

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;
use rust_decimal::prelude::ToPrimitive;

/// Similarities have six decimals; as whole numbers they add up exactly.
const SCALE: f64 = 1e6;

/// The column assigned to each row, each column at most once. `None` where columns run out, or where the pair adds nothing.
pub(super) fn assign(matrix: &[Vec<f64>]) -> Vec<Option<usize>> {
    let rows = matrix.len();
    let columns = matrix.first().map_or(0, Vec::len);
    if rows == 0 || columns == 0 {
        return vec![None; rows];
    }
    // A pair below zero is worth no more than none, so it must not draw a good pair away.
    let weight = |value: f64| (value.max(0.0) * SCALE).round().to_i64().unwrap_or(0);
    let cells: Vec<Vec<i64>> = matrix
        .iter()
        .map(|row| row.iter().map(|value| weight(*value)).collect())
        .collect();
    let Ok(weights) = Matrix::from_rows(cells) else {
        return vec![None; rows];
    };
    let mut assigned = vec![None; rows];
    if rows <= columns {
        let (_sum, chosen) = kuhn_munkres(&weights);
        for (slot, column) in assigned.iter_mut().zip(chosen) {
            *slot = Some(column);
        }
    } else {
        let (_sum, chosen) = kuhn_munkres(&weights.transposed());
        for (column, row) in chosen.into_iter().enumerate() {
            if let Some(slot) = assigned.get_mut(row) {
                *slot = Some(column);
            }
        }
    }
    for (slot, row) in assigned.iter_mut().zip(matrix) {
        *slot = slot.filter(|column| row.get(*column).is_some_and(|value| *value > 0.0));
    }
    assigned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum(matrix: &[Vec<f64>], assigned: &[Option<usize>]) -> f64 {
        matrix
            .iter()
            .zip(assigned)
            .filter_map(|(row, column)| column.map(|column| row[column].max(0.0)))
            .sum()
    }

    /// The best sum by trying everything.
    fn best(matrix: &[Vec<f64>], used: &mut Vec<bool>) -> f64 {
        let Some((row, rest)) = matrix.split_first() else {
            return 0.0;
        };
        let mut greatest = best(rest, used);
        for column in 0..row.len() {
            if !used[column] {
                used[column] = true;
                greatest = greatest.max(row[column].max(0.0) + best(rest, used));
                used[column] = false;
            }
        }
        greatest
    }

    proptest! {
        #[test]
        fn no_other_assignment_is_better(
            (rows, columns) in (1_usize..6, 1_usize..6),
            seed in prop::collection::vec(-1_000_000_i32..1_000_000, 36),
        ) {
            let matrix: Vec<Vec<f64>> = (0..rows)
                .map(|row| (0..columns).map(|column| f64::from(seed[row * 6 + column]) / 1e6).collect())
                .collect();

            let assigned = assign(&matrix);

            let mut taken: Vec<usize> = assigned.iter().flatten().copied().collect();
            taken.sort_unstable();
            let before = taken.len();
            taken.dedup();
            prop_assert_eq!(taken.len(), before, "a column is assigned twice");
            let expected = best(&matrix, &mut vec![false; columns]);
            prop_assert!((sum(&matrix, &assigned) - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn without_columns_nothing_is_assigned() {
        assert_eq!(assign(&[vec![], vec![]]), [None, None]);
        assert!(assign(&[]).is_empty());
    }
}
