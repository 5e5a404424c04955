//! Evidence shown inside the transcript: a segment's text cut where quotes begin and end.

/// A quote of one segment and the criterion that it shows.
pub struct Quote<'a> {
    pub text: &'a str,
    pub criterion: &'a str,
    pub suspected: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    /// `K01, K08`; empty where nothing is quoted.
    pub criteria: String,
    pub suspected: bool,
}

/// Every quote is marked where it first stands; quotes may overlap. What does not stand in the text is left out.
pub fn pieces(text: &str, quotes: &[Quote]) -> Vec<Piece> {
    let spans: Vec<(usize, usize, &Quote)> = quotes
        .iter()
        .filter(|quote| !quote.text.is_empty())
        .filter_map(|quote| text.find(quote.text).map(|from| (from, from + quote.text.len(), quote)))
        .collect();
    let mut cuts: Vec<usize> = spans.iter().flat_map(|(from, to, _)| [*from, *to]).chain([0, text.len()]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces: Vec<Piece> = Vec::new();
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let over: Vec<&Quote> = spans.iter().filter(|span| span.0 <= from && to <= span.1).map(|span| span.2).collect();
        let mut codes: Vec<&str> = over.iter().map(|quote| quote.criterion).collect();
        codes.sort_unstable();
        codes.dedup();
        let piece = Piece {
            text: text[from..to].to_owned(),
            criteria: codes.join(", "),
            suspected: over.iter().any(|quote| quote.suspected),
        };
        match pieces.last_mut() {
            Some(last) if last.criteria == piece.criteria && last.suspected == piece.suspected => {
                last.text += &piece.text
            }
            _ => pieces.push(piece),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, quotes: &[(&str, &str)]) -> String {
        let quotes: Vec<Quote> =
            quotes.iter().map(|(text, criterion)| Quote { text, criterion, suspected: *criterion == "K12" }).collect();
        let cut = pieces(text, &quotes);
        assert_eq!(cut.iter().map(|piece| piece.text.as_str()).collect::<String>(), text, "no word is lost");
        let show = |piece: &Piece| match (piece.criteria.as_str(), piece.suspected) {
            ("", _) => piece.text.clone(),
            (criteria, true) => format!("[{}|{criteria}!]", piece.text),
            (criteria, false) => format!("[{}|{criteria}]", piece.text),
        };
        cut.iter().map(show).collect()
    }

    #[test]
    fn quotes_are_marked_where_they_stand() {
        assert_eq!(shown("Salam, adım Aysel.", &[("Salam", "K01")]), "[Salam|K01], adım Aysel.");
        assert_eq!(shown("Salam", &[]), "Salam");
        assert_eq!(shown("", &[("x", "K01")]), "");
    }

    #[test]
    fn overlapping_quotes_keep_both_criteria() {
        assert_eq!(shown("əşğıçö", &[("əşğ", "K01"), ("ğıç", "K12")]), "[əş|K01][ğ|K01, K12!][ıç|K12!]ö");
        assert_eq!(shown("bəli bəli", &[("bəli", "K03"), ("bəli", "K03")]), "[bəli|K03] bəli");
    }

    #[test]
    fn a_quote_that_is_not_in_the_text_marks_nothing() {
        assert_eq!(shown("Salam", &[("salam", "K01"), ("", "K02")]), "Salam");
    }
}
