//! The rows behind a figure's cell, asked of the lake: a page of them, or all for a file.

use crate::data::{DataError, LakeSource, Scope, of_lake};
use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use futures::{Stream, StreamExt, stream};
use meyar_lake::output::Format;
use meyar_lake::{Behind, Cell, Export, LakeError, Page};

/// A spreadsheet holds hardly more.
pub const EXPORTED_MOST: usize = 1_000_000;

impl LakeSource {
    pub async fn behind(&self, figure: &str, scope: &Scope, cell: &Cell, page: Page) -> Result<Behind, DataError> {
        Ok(self.lake.behind(figure, &of_lake(&scope.period)?, scope.line.as_deref(), cell, page).await?)
    }

    /// A file of all rows, at most [`EXPORTED_MOST`], piece by piece.
    pub async fn export(
        &self,
        figure: &str,
        scope: &Scope,
        cell: &Cell,
        format: Format,
    ) -> Result<impl Stream<Item = Result<Bytes, LakeError>> + Send + use<>, DataError> {
        let page = Page { offset: 0, limit: Some(EXPORTED_MOST) };
        let period = of_lake(&scope.period)?;
        let rows = self.lake.stream_behind(figure, &period, scope.line.as_deref(), cell, page).await?;
        let mut export = Export::new(format);
        // Names without rows are a file too.
        let head = export.write(&RecordBatch::new_empty(rows.schema()))?;
        let written = stream::unfold(Some((rows, export)), async |state| {
            let (mut rows, mut export) = state?;
            match rows.next().await {
                Some(batch) => {
                    let written = batch.map_err(LakeError::from).and_then(|batch| export.write(&batch));
                    let going = written.is_ok().then_some((rows, export));
                    Some((written, going))
                }
                None => Some((Ok(export.end().to_vec()), None)),
            }
        });
        Ok(stream::once(async { Ok(head) }).chain(written).map(|written| written.map(Bytes::from)))
    }
}
