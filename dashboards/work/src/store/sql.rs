//! A statement that is put together piece by piece. sqlx's own builder writes `?` for what is bound, which PostgreSQL does not read.

use crate::error::Result;
use futures::future::BoxFuture;
use sqlx::{
    Any, Arguments as _, AssertSqlSafe, Encode, Type,
    any::{AnyArguments, AnyRow},
};

pub(crate) struct Sql {
    text: String,
    values: AnyArguments,
}

impl Sql {
    pub(crate) fn new(text: &str) -> Sql {
        Sql { text: text.to_owned(), values: AnyArguments::default() }
    }

    /// SQL of ours; whatever comes from outside is bound.
    pub(crate) fn push(&mut self, text: &str) -> &mut Sql {
        self.text.push_str(text);
        self
    }

    pub(crate) fn bind<'t>(&mut self, value: impl Encode<'t, Any> + Type<Any>) -> Result<&mut Sql> {
        self.values.add(value).map_err(sqlx::Error::Encode)?;
        self.text.push_str(&format!("${}", self.values.len()));
        Ok(self)
    }

    pub(crate) fn fetch_all<'a>(self, pool: &'a sqlx::AnyPool) -> BoxFuture<'a, Result<Vec<AnyRow>>> {
        Box::pin(async move { Ok(sqlx::query_with(AssertSqlSafe(self.text), self.values).fetch_all(pool).await?) })
    }
}
