//! The SQL port: a client's messages, statements, parameters, settings and logins.

use super::{Target, answer, head_and_rest, shown};
use crate::{examples, mutate::Form};
use meyar_wire::outside;

pub fn targets() -> Vec<Target> {
    let logins = [
        "n,,n=user,r=abc\nc=biws,r=abcnonce,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "y,a=x,n=,r=a\nc=eSws,r=anonce,p=",
    ];
    let settings = [
        "meyar.period\n2024-01",
        "statement_timeout\n5s",
        "DateStyle\nISO, MDY",
        "meyar.line\n195-1-1",
        "search_path\n\"public\"",
    ];
    let startups = [
        "options=-c meyar.period=2024 --search-path=public\nclient_encoding=UTF8\nuser=anna",
        "options=-cstatement_timeout=5s",
    ];
    let bytes = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    vec![
        Target::new("sql.statement", Form::Text, statements(), statement).words(WORDS.iter().copied()),
        Target::new("sql.message", Form::Bytes, messages(), message),
        Target::new("sql.parameters", Form::Bytes, binds(), parameters),
        Target::new("sql.login", Form::Text, bytes(&logins), login),
        Target::new("sql.setting", Form::Text, bytes(&settings), |bytes| {
            let (name, value) = head_and_rest(bytes);
            answer(&outside::setting(&name, &String::from_utf8_lossy(value)))
        }),
        Target::new("sql.startup", Form::Text, bytes(&startups), |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let words = text
                .lines()
                .filter_map(|line| line.split_once('='))
                .map(|(name, value)| (name.to_owned(), value.to_owned()));
            answer(&outside::startup(words.collect()))
        }),
    ]
}

const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "UNION ALL",
    "INTERSECT",
    "WITH RECURSIVE t AS (",
    "VALUES (1)",
    "CASE WHEN",
    "END",
    "OVER (PARTITION BY a)",
    "LATERAL",
    "$1",
    "$0",
    "$99999999999",
    "::regclass",
    "CAST($1 AS REGCLASS)",
    "ESCAPE '/'",
    "LIKE",
    "ILIKE",
    "NOT",
    "(",
    ")",
    "((((",
    "INTERVAL '1 day'",
    "AT TIME ZONE 'Asia/Baku'",
    "ARRAY[1,2]",
    "a[1].b",
    "(f(a)).n",
    "E'\\x'",
    "U&'\\0041'",
    "$$a$$",
    "$t$",
    "--",
    "/*",
    "/* /* */",
    "pg_catalog.pg_class",
    "SET meyar.period = '2024'",
    "SHOW ALL",
    "COPY t TO STDOUT",
    "BEGIN READ WRITE",
    "EXPLAIN ANALYZE",
    "FOR UPDATE",
    "INSERT INTO",
    "1+1",
    "- -1",
    "::int",
];

fn statements() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = OWN.iter().map(|sql| sql.as_bytes().to_vec()).collect();
    for folder in ["dashboards/queries", "schemas/figures", "schemas/views"] {
        // A figure's SQL is long: a few of each show every construct.
        all.extend(examples::folder(folder, ".sql").into_iter().step_by(7));
    }
    all
}

const OWN: &[&str] = &[
    "SELECT 1",
    "SELECT c.relname FROM pg_catalog.pg_class c WHERE c.oid = $1::regclass AND c.relname LIKE $2 || '%' ESCAPE '/'",
    "SELECT (SELECT d.adbin FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.x), array(SELECT 'toast.' || x FROM unnest(tc.reloptions) x)",
    "SELECT (i.keys).n, segments[1].text, c.flags[1] FROM calls c, LATERAL (SELECT 1) i",
    "SELECT * FROM figure('calls_by_line', '2024-01', '195-1-1')",
    "SET statement_timeout = '5s'; SHOW timezone; RESET ALL; BEGIN READ ONLY; COMMIT; DISCARD ALL; DEALLOCATE \"x\"",
    "WITH a AS (SELECT 1 UNION SELECT 2 EXCEPT SELECT 3) SELECT * FROM a ORDER BY 1 LIMIT 5 OFFSET 1",
    "INSERT INTO calls VALUES (1); COPY calls TO '/tmp/x'; DROP TABLE calls; EXPLAIN SELECT 1; VACUUM",
];

fn statement(bytes: &[u8]) -> u64 {
    let told = outside::statements(&String::from_utf8_lossy(bytes));
    let each = told.iter().flatten().fold(0, |all, one| all ^ answer(&one.as_ref()));
    answer(&told) ^ each
}

fn framed(kind: &[u8], body: &[u8]) -> Vec<u8> {
    [kind, &(body.len() as u32 + 4).to_be_bytes(), body].concat()
}

fn bind_body() -> Vec<u8> {
    let text = |value: &[u8]| [&(value.len() as u32).to_be_bytes()[..], value].concat();
    let values: [&[u8]; 9] =
        [b"42", b"195-1-1", b"1.5", b"t", b"2026-01-14", b"2026-01-14 09:30:00", b"12.345", b"7", b"-1"];
    let values: Vec<u8> = values.iter().flat_map(|value| text(value)).collect();
    [b"\0s\0\0\0\0\x09", &values[..], b"\0\0"].concat()
}

fn messages() -> Vec<Vec<u8>> {
    let startup = framed(b"", b"\0\x03\0\0user\0anna\0database\0meyar\0options\0-c meyar.period=2024\0\0");
    let later = [
        framed(b"Q", b"SELECT 1\0"),
        framed(b"P", b"s\0SELECT $1\0\0\x01\0\0\0\x17"),
        framed(b"B", &bind_body()),
        framed(b"D", b"Ss\0"),
        framed(b"E", b"\0\0\0\0\x05"),
        framed(b"S", b""),
        framed(b"C", b"Ss\0"),
        framed(b"p", b"SCRAM-SHA-256\0\0\0\0\x05n,,n="),
        framed(b"d", b"copied"),
        framed(b"X", b""),
    ];
    // The first byte says whether the connection is new.
    let mut all: Vec<Vec<u8>> = later.iter().map(|message| [b"1", &message[..]].concat()).collect();
    all.push([b"1".to_vec(), later.concat()].concat());
    all.push([b"0".to_vec(), framed(b"", &80_877_103_u32.to_be_bytes()), startup.clone()].concat());
    all.push([b"0".to_vec(), framed(b"", b"\x04\xd2\x16\x2e\0\0\0\x01\0\0\0\x02")].concat());
    all.push([b"0".to_vec(), startup].concat());
    all
}

fn message(bytes: &[u8]) -> u64 {
    let Some((first, rest)) = bytes.split_first() else { return 0 };
    let read = outside::messages(rest, *first & 1 == 1);
    answer(&read) ^ read.map_or(0, |messages| messages.len().min(20) as u64)
}

/// PostgreSQL's types that drivers name, by number.
const OIDS: [u32; 24] = [
    16, 17, 18, 20, 21, 23, 25, 114, 700, 701, 705, 1000, 1005, 1007, 1009, 1016, 1022, 1042, 1043, 1082, 1083, 1114,
    1184, 1700,
];

/// How many types the client named, their places in the list, and the message's body.
fn binds() -> Vec<Vec<u8>> {
    let mut all =
        vec![[&[0], &bind_body()[..]].concat(), [&[9, 3, 6, 9, 0, 19, 21, 23, 5, 4], &bind_body()[..]].concat()];
    let value = |width: usize| [&(width as u32).to_be_bytes()[..], &vec![1; width]].concat();
    for (place, oid) in OIDS.iter().enumerate() {
        let width = match oid {
            16 | 18 => 1,
            21 => 2,
            23 | 700 | 1082 => 4,
            1700 => 10,
            1000..=1022 => 32,
            _ => 8,
        };
        // One parameter in binary, the rest absent.
        let nulls = [0xff; 4].repeat(8);
        let body = [b"\0s\0\0\x01\0\x01\0\x09", &value(width)[..], &nulls, b"\0\0"].concat();
        all.push([&[1, place as u8], &body[..]].concat());
    }
    all
}

fn parameters(bytes: &[u8]) -> u64 {
    let Some((count, rest)) = bytes.split_first() else { return 0 };
    let (places, body) = rest.split_at(usize::from(*count % 10).min(rest.len()));
    let oids: Vec<u32> = places.iter().map(|place| OIDS[usize::from(*place) % OIDS.len()]).collect();
    answer(&outside::bound(body, &oids))
}

fn login(bytes: &[u8]) -> u64 {
    let (first, last) = head_and_rest(bytes);
    let answered = outside::login(first.as_bytes(), last);
    assert_ne!(answered, Ok(true), "a login succeeded without the password");
    shown(&answered)
}
