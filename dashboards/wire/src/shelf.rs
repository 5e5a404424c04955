//! The schema `public` of one session: the lake's tables as far as the role sees them, the figures, and the dictionary.

use crate::{
    figure::{Figures, PREFIX},
    mask,
    role::{Role, Sight},
    setting::Settings,
    words::{DICTIONARY, FIGURES},
};
use async_trait::async_trait;
use datafusion::{
    catalog::SchemaProvider,
    datasource::{TableProvider, TableType},
    error::{DataFusionError, Result},
    prelude::SessionContext,
};
use std::{fmt, sync::Arc};

/// Two tables that stand beside the lake's.
#[derive(Debug, Clone)]
pub struct Listings {
    pub dictionary: Arc<dyn TableProvider>,
    pub figures: Arc<dyn TableProvider>,
}

pub struct Shelf {
    pub role: Role,
    pub lake: Arc<dyn SchemaProvider>,
    pub figures: Arc<Figures>,
    pub settings: Arc<Settings>,
    /// Missing only while they are being written.
    pub listings: Option<Listings>,
    /// Views without some of their columns, or with masks, are planned by it.
    pub planner: SessionContext,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shelf of a {}", self.role)
    }
}

#[async_trait]
impl SchemaProvider for Shelf {
    fn table_names(&self) -> Vec<String> {
        let lake = self.lake.table_names().into_iter().filter(|name| self.role.sees(name) != Sight::Hidden);
        let figures = self.figures.names().map(|name| format!("{PREFIX}{name}"));
        let listings = self.listings.iter().flat_map(|_| [DICTIONARY.to_owned(), FIGURES.to_owned()]);
        let mut names: Vec<String> = lake.chain(figures).chain(listings).collect();
        names.sort();
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        if let Some(listings) = &self.listings {
            match name {
                DICTIONARY => return Ok(Some(listings.dictionary.clone())),
                FIGURES => return Ok(Some(listings.figures.clone())),
                _ => {}
            }
        }
        let sight = self.role.sees(name);
        if sight == Sight::Hidden {
            return Ok(None);
        }
        let figure = name.strip_prefix(PREFIX).and_then(|figure| self.figures.view(figure, &self.settings));
        let table = match figure {
            Some(figure) => Some(figure),
            None => self.lake.table(name).await?,
        };
        table.map(|table| seen(sight, &self.planner, name, table)).transpose()
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        // A table behind masks is a table all the same.
        let lakes = if self.role.sees(name) == Sight::Masked { self.lake.table_type(name).await? } else { None };
        match lakes {
            Some(kind) => Ok(Some(kind)),
            None => Ok(self.table(name).await?.map(|table| table.table_type())),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.table_names().iter().any(|known| known == name)
    }
}

/// The relation as far as it is seen.
pub fn seen(
    sight: Sight,
    planner: &SessionContext,
    name: &str,
    table: Arc<dyn TableProvider>,
) -> Result<Arc<dyn TableProvider>> {
    match sight {
        Sight::Whole => Ok(table),
        Sight::Masked => mask::over(planner, name, table),
        Sight::Without(hidden) => Ok(planner.read_table(table)?.drop_columns(hidden)?.into_view()),
        Sight::Hidden => Err(DataFusionError::Plan(format!("table '{name}' not found"))),
    }
}
