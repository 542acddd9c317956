//! Parquet files hold what the batches hold, as the crate's own writer would have written it.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, BooleanArray, DictionaryArray, Int32Array, RecordBatch, StringArray};
use arrow_schema::DataType;
use asim_arrow::{ParquetWriter, Table, TableOptions};
use asim_schema::{DnsField, SchemaVersion};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Encoding;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, SerializedFileReader};
use proptest::prelude::*;

/// Columns of texts: two with texts of their own, one with a dictionary, and an alias of the first; one of numbers and
/// one of flags.
const COLUMNS: [DnsField; 6] = [
    DnsField::DnsQuery,
    DnsField::Domain,
    DnsField::DnsQueryTypeName,
    DnsField::EventMessage,
    DnsField::DnsResponseCode,
    DnsField::DnsFlagsZ,
];

fn table() -> Table {
    Table::dns(SchemaVersion::DEFAULT, COLUMNS, TableOptions::default())
}

fn array(texts: Vec<Option<String>>, kind: &DataType) -> ArrayRef {
    if *kind == DataType::Utf8 {
        Arc::new(StringArray::from(texts))
    } else {
        let texts = texts.iter().map(Option::as_deref);
        Arc::new(texts.collect::<DictionaryArray<Int32Type>>())
    }
}

/// A batch of these texts, with numbers and flags that follow from them.
fn batch(columns: [Vec<Option<String>>; 4]) -> RecordBatch {
    let schema = table().schema().clone();
    let of = |text: &String| i32::try_from(text.len()).unwrap() - 3;
    let [query, _, kind, message] = &columns;
    let numbers: Int32Array = query.iter().map(|text| text.as_ref().map(of)).collect();
    let flag = |(kind, message): (&Option<String>, &Option<String>)| {
        message
            .as_ref()
            .map(|_| kind.as_ref().is_some_and(|kind| kind.len() == 1))
    };
    let flags: BooleanArray = kind.iter().zip(message).map(flag).collect();
    let mut arrays: Vec<ArrayRef> = columns
        .into_iter()
        .zip(schema.fields())
        .map(|(texts, field)| array(texts, field.data_type()))
        .collect();
    arrays.extend([Arc::new(numbers) as ArrayRef, Arc::new(flags)]);
    RecordBatch::try_new(schema, arrays).unwrap()
}

fn written(batches: &[RecordBatch], group_ends: &[usize]) -> Bytes {
    let mut writer = ParquetWriter::new(Vec::new(), &table()).unwrap();
    for (place, batch) in batches.iter().enumerate() {
        writer.write(batch).unwrap();
        if group_ends.contains(&place) {
            writer.end_row_group().unwrap();
        }
    }
    writer.finish().unwrap().into()
}

/// The same by the writer of the crate.
fn expected(batches: &[RecordBatch], group_ends: &[usize]) -> Bytes {
    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), table().schema().clone(), Some(properties)).unwrap();
    for (place, batch) in batches.iter().enumerate() {
        writer.write(batch).unwrap();
        if group_ends.contains(&place) {
            writer.flush().unwrap();
        }
    }
    writer.into_inner().unwrap().into()
}

/// The rows and the footer of a file. The reader checks pages, levels and offsets on its way.
fn read(file: &Bytes) -> (Vec<Vec<Option<String>>>, Arc<ParquetMetaData>) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file.clone()).unwrap();
    let metadata = reader.metadata().clone();
    let mut columns = vec![Vec::new(); COLUMNS.len()];
    for batch in reader.build().unwrap() {
        for (column, array) in columns.iter_mut().zip(batch.unwrap().columns()) {
            column.extend(texts(array));
        }
    }
    (columns, metadata)
}

/// The values of an array as text.
fn texts(array: &ArrayRef) -> Vec<Option<String>> {
    if let Some(keys) = array.as_dictionary_opt::<Int32Type>() {
        let values = texts(keys.values());
        keys.keys_iter().map(|key| values[key?].clone()).collect()
    } else if let Some(numbers) = array.as_primitive_opt::<Int32Type>() {
        numbers
            .iter()
            .map(|number| number.map(|number| number.to_string()))
            .collect()
    } else if let Some(flags) = array.as_boolean_opt() {
        flags
            .iter()
            .map(|flag| flag.map(|flag| flag.to_string()))
            .collect()
    } else {
        array
            .as_string::<i32>()
            .iter()
            .map(|text| text.map(str::to_owned))
            .collect()
    }
}

fn chunks(metadata: &ParquetMetaData) -> impl Iterator<Item = &ColumnChunkMetaData> {
    metadata.row_groups().iter().flat_map(RowGroupMetaData::columns)
}

fn check(batches: &[RecordBatch], group_ends: &[usize]) -> Arc<ParquetMetaData> {
    let (rows, metadata) = read(&written(batches, group_ends));
    let (expected_rows, expected_metadata) = read(&expected(batches, group_ends));
    assert_eq!(rows, expected_rows);
    assert_eq!(metadata.num_row_groups(), expected_metadata.num_row_groups());
    for (own, theirs) in chunks(&metadata).zip(chunks(&expected_metadata)) {
        assert_eq!(own.column_path(), theirs.column_path());
        assert_eq!(own.num_values(), theirs.num_values());
        assert_eq!(own.statistics(), theirs.statistics(), "{}", own.column_path());
    }
    metadata
}

/// Few texts and many, long ones, others than ASCII, none.
fn text() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        3 => prop::sample::select(["A", "AAAA", "", "NS"].as_slice()).prop_map(|text| Some(text.to_owned())),
        2 => "[a-zé\u{10ffff}]{0,70}".prop_map(Some),
        1 => Just(None),
    ]
}

fn any_batch() -> impl Strategy<Value = RecordBatch> {
    (1_usize..60, any::<bool>()).prop_flat_map(|(rows, is_alias)| {
        let column = || prop::collection::vec(text(), rows);
        [column(), column(), column(), column()].prop_map(move |[query, domain, kind, message]| {
            let domain = if is_alias { query.clone() } else { domain };
            batch([query, domain, kind, message])
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn files_hold_what_the_crate_would_write(
        batches in prop::collection::vec(any_batch(), 1..6),
        group_ends in prop::collection::vec(0_usize..6, 0..3),
    ) {
        check(&batches, &group_ends);
    }
}

/// Batches of so many rows, the texts by the row's number.
fn large(
    batches: usize,
    rows: usize,
    text: impl Fn(usize, usize) -> [Option<String>; 4],
) -> Vec<RecordBatch> {
    let batches = (0..batches).map(|number| {
        let mut columns = [const { Vec::new() }; 4];
        for row in 0..rows {
            for (column, text) in columns.iter_mut().zip(text(number, row)) {
                column.push(text);
            }
        }
        batch(columns)
    });
    batches.collect()
}

fn encodings(chunk: &ColumnChunkMetaData) -> Vec<Encoding> {
    let mut encodings: Vec<_> = chunk
        .encodings()
        .filter(|encoding| *encoding != Encoding::RLE)
        .collect();
    encodings.sort();
    encodings
}

#[test]
fn texts_that_do_not_repeat_have_no_dictionary_and_large_dictionaries_end() {
    let batches = large(6, 8192, |batch, row| {
        let number = batch * 8192 + row;
        [
            Some(format!("h{number}.example.com")),
            // New ones come again and again, each twice.
            Some(format!(
                "a-name-that-is-not-so-short-as-to-fit-{}.example.com",
                number / 2
            )),
            Some(format!("TYPE{}", number % 300)),
            (number % 3 > 0).then(|| format!("{}", number % 2)),
        ]
    });
    let metadata = check(&batches, &[]);
    let found: Vec<_> = chunks(&metadata).take(4).map(encodings).collect();
    let dictionary = vec![Encoding::PLAIN, Encoding::RLE_DICTIONARY];
    assert_eq!(
        found,
        [
            vec![Encoding::PLAIN],
            dictionary.clone(),
            dictionary.clone(),
            dictionary
        ]
    );
    let file = SerializedFileReader::new(written(&batches, &[])).unwrap();
    let pages = file.get_row_group(0).unwrap().get_column_page_reader(1).unwrap();
    let mut encodings: Vec<_> = pages.map(|page| page.unwrap().encoding()).collect();
    encodings.dedup();
    // The dictionary, pages of numbers, and pages of texts.
    assert_eq!(
        encodings,
        [Encoding::PLAIN, Encoding::RLE_DICTIONARY, Encoding::PLAIN]
    );
}

#[test]
fn a_dictionary_may_hold_a_null_and_texts_that_no_row_has() {
    let keys = Int32Array::from(vec![Some(1), Some(2), None, Some(1), Some(0)]);
    let values = StringArray::from(vec![Some("B"), Some("A"), None, Some("unused")]);
    let whole = batch([const { Vec::new() }; 4].map(|_: Vec<Option<String>>| vec![None; 5]));
    let mut columns = whole.columns().to_vec();
    columns[2] = Arc::new(DictionaryArray::new(keys, Arc::new(values)));
    let batches = [RecordBatch::try_new(whole.schema(), columns).unwrap()];
    check(&batches, &[]);
    let kinds = ["A", "", "", "A", "B"].map(|text| (!text.is_empty()).then(|| text.to_owned()));
    assert_eq!(read(&written(&batches, &[])).0[2], kinds);
}

#[test]
fn a_batch_of_other_columns_is_refused() {
    let batch = RecordBatch::try_from_iter([("DnsQuery", array(vec![None], &DataType::Utf8))]).unwrap();
    let mut writer = ParquetWriter::new(Vec::new(), &table()).unwrap();
    let error = writer.write(&batch).unwrap_err();
    assert_eq!(error.to_string(), "the batch has other columns than the file");
}

#[test]
fn an_alias_that_parts_from_its_target_has_its_own_texts() {
    let batches = large(5, 5000, |batch, row| {
        let query = Some(format!("h{}.example.com", row % 700));
        let domain = if batch < 3 {
            query.clone()
        } else {
            Some(format!("{batch}-{row}"))
        };
        [query, domain, Some("A".to_owned()), None]
    });
    check(&batches, &[]);
    check(&batches, &[0, 3]);
}

#[test]
fn row_groups_end_within_batches() {
    let rows = ParquetWriter::<Vec<u8>>::ROWS;
    let batches = large(2, rows - 1000, |batch, row| {
        [
            Some(format!("{}", row % 10)),
            None,
            Some("A".to_owned()),
            Some(format!("{batch}")),
        ]
    });
    let (columns, metadata) = read(&written(&batches, &[]));
    assert_eq!(columns[0].len(), 2 * (rows - 1000));
    assert_eq!(
        columns[3]
            .iter()
            .filter(|text| text.as_deref() == Some("1"))
            .count(),
        rows - 1000
    );
    let groups: Vec<_> = metadata
        .row_groups()
        .iter()
        .map(RowGroupMetaData::num_rows)
        .collect();
    let rows = i64::try_from(rows).unwrap();
    assert_eq!(groups, [rows, rows - 2000]);
}

#[test]
fn a_long_text_is_a_page_of_its_own() {
    let long = "x".repeat(3 << 20);
    let batches = [batch([
        vec![Some(long.clone()), Some("a".to_owned()), None, Some(long.clone())],
        vec![None, None, None, None],
        vec![Some(long.clone()), Some("A".to_owned()), Some(long), None],
        vec![Some(String::new()), None, None, None],
    ])];
    check(&batches, &[]);
}
