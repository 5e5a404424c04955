//! The bare minimum: rdkafka's poll loop, arrow-json, one Parquet file. It knows no contract, no repeat, no transaction and no position.
//! Its columns are those of the table `call_events` that need nothing but copying.

use anyhow::{Context as _, Result, bail};
use arrow::{
    array::{ArrayRef, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    json::{ReaderBuilder, reader::Decoder},
};
use chrono::Utc;
use meyar_broker::BrokerConfig;
use meyar_schemas::Subject;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    file::properties::WriterProperties,
};
use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
    message::{BorrowedMessage, Headers as _},
};
use serde_json::json;
use std::{
    fs::File,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct Args {
    #[arg(long)]
    brokers: String,
    #[arg(long)]
    topic_prefix: String,
    #[arg(long)]
    out: PathBuf,
}

const BATCH: usize = 8_192;
const PATIENCE: Duration = Duration::from_secs(10);

/// Names in the message, in the order of the table's columns.
const TEXT: [&str; 15] = [
    "call_id",
    "line",
    "caller_key",
    "kind",
    "direction",
    "returns",
    "node",
    "key",
    "queue",
    "representative",
    "location",
    "phase",
    "to_kind",
    "to",
    "ended_by",
];

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn message_schema() -> SchemaRef {
    let mut fields: Vec<Field> = TEXT.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    fields.push(Field::new("at", instant(), true));
    fields.push(Field::new("recorded", DataType::Boolean, true));
    fields.push(Field::new("wrap_up_ms", DataType::Int64, true));
    fields.push(Field::new("reason", DataType::Utf8, true));
    fields.push(Field::new("waited_ms", DataType::Int64, true));
    Arc::new(Schema::new(fields))
}

/// What stands around the value: headers and place.
struct Around {
    source: StringBuilder,
    id: StringBuilder,
    revision: Int64Builder,
    kind: StringBuilder,
    topic: StringBuilder,
    partition: Int64Builder,
    offset: Int64Builder,
    landed: TimestampMicrosecondBuilder,
}

impl Around {
    fn new() -> Self {
        let text = || StringBuilder::with_capacity(BATCH, BATCH * 24);
        Self {
            source: text(),
            id: text(),
            revision: Int64Builder::with_capacity(BATCH),
            kind: text(),
            topic: text(),
            partition: Int64Builder::with_capacity(BATCH),
            offset: Int64Builder::with_capacity(BATCH),
            landed: TimestampMicrosecondBuilder::with_capacity(BATCH).with_timezone("UTC"),
        }
    }

    fn push(&mut self, message: &BorrowedMessage<'_>, landed: i64) -> Result<()> {
        let (mut source, mut id, mut revision, mut kind) = ("", "", 0, "");
        for header in message.headers().into_iter().flat_map(|h| h.iter()) {
            let value = std::str::from_utf8(header.value.unwrap_or_default())?;
            match header.key {
                "ce_source" => source = value,
                "ce_id" => id = value,
                "ce_revision" => revision = value.parse()?,
                "ce_type" => kind = value,
                _ => {}
            }
        }
        self.source.append_value(source);
        self.id.append_value(id);
        self.revision.append_value(revision);
        self.kind.append_value(kind);
        self.topic.append_value(message.topic());
        self.partition.append_value(message.partition().into());
        self.offset.append_value(message.offset());
        self.landed.append_value(landed);
        Ok(())
    }

    fn finish(&mut self) -> Vec<(&'static str, ArrayRef)> {
        vec![
            ("source", Arc::new(self.source.finish())),
            ("event_id", Arc::new(self.id.finish())),
            ("revision", Arc::new(self.revision.finish())),
            ("event_type", Arc::new(self.kind.finish())),
            ("topic", Arc::new(self.topic.finish())),
            ("kafka_partition", Arc::new(self.partition.finish())),
            ("kafka_offset", Arc::new(self.offset.finish())),
            ("landed_at", Arc::new(self.landed.finish())),
        ]
    }
}

fn batch(around: &mut Around, decoder: &mut Decoder) -> Result<Option<RecordBatch>> {
    let Some(data) = decoder.flush()? else { return Ok(None) };
    let named = around.finish().into_iter().map(|(name, array)| (name.to_owned(), array));
    let fields = data.schema();
    let own = fields.fields().iter().map(|f| f.name().clone()).zip(data.columns().iter().cloned());
    Ok(Some(RecordBatch::try_from_iter_with_nullable(named.chain(own).map(|(n, a)| (n, a, true)))?))
}

pub fn run(args: &Args) -> Result<()> {
    let config = BrokerConfig { prefix: args.topic_prefix.clone(), ..BrokerConfig::new(&args.brokers) };
    let topic = config.topic(Subject::CallEvents);
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", &args.brokers)
        .set("broker.address.family", "v4")
        .set("group.id", "bench-rival")
        .set("enable.auto.commit", "false")
        // As ours: with the default it would idle for a second whenever its queue is full.
        .set("fetch.queue.backoff.ms", "20")
        .create()?;
    let metadata = consumer.fetch_metadata(Some(&topic), PATIENCE)?;
    let mut list = TopicPartitionList::new();
    let mut remaining = 0;
    for partition in metadata.topics().iter().flat_map(|t| t.partitions()) {
        let (low, high) = consumer.fetch_watermarks(&topic, partition.id(), PATIENCE)?;
        remaining += high - low;
        list.add_partition_offset(&topic, partition.id(), Offset::Beginning)?;
    }
    let begun = Instant::now();
    consumer.assign(&list)?;
    let mut decoder = ReaderBuilder::new(message_schema()).with_batch_size(BATCH).build_decoder()?;
    let mut around = Around::new();
    let mut writer = None;
    let (mut rows, mut first) = (0, None);
    while remaining > 0 {
        let Some(message) = consumer.poll(PATIENCE) else {
            bail!("nothing came for 10 s, {remaining} messages are missing")
        };
        let message = message?;
        first.get_or_insert_with(|| begun.elapsed());
        around.push(&message, Utc::now().timestamp_micros())?;
        let mut value = message.payload().unwrap_or_default();
        while !value.is_empty() {
            let taken = decoder.decode(value)?;
            value = &value[taken..];
        }
        remaining -= 1;
        rows += 1;
        if rows % BATCH == 0 || remaining == 0 {
            write(&mut writer, args, &mut around, &mut decoder)?;
        }
    }
    let file: File = writer.context("there was nothing to write")?.into_inner()?;
    file.sync_all()?;
    let seconds = begun.elapsed().as_secs_f64();
    let bytes = file.metadata()?.len();
    println!(
        "{}",
        json!({ "rows": rows, "seconds": seconds, "first_message_s": first.unwrap_or_default().as_secs_f64(), "bytes": bytes })
    );
    Ok(())
}

fn write(
    writer: &mut Option<ArrowWriter<File>>,
    args: &Args,
    around: &mut Around,
    decoder: &mut Decoder,
) -> Result<()> {
    let Some(batch) = batch(around, decoder)? else { return Ok(()) };
    if writer.is_none() {
        // The same compression as the lake's.
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).build();
        let file = File::create(&args.out).with_context(|| format!("{} cannot be written", args.out.display()))?;
        *writer = Some(ArrowWriter::try_new(file, batch.schema(), Some(properties))?);
    }
    if let Some(writer) = writer {
        writer.write(&batch)?;
    }
    Ok(())
}
