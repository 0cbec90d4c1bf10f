//! Downloads from servers that are good, slow, broken and hostile, all on this machine.
//! `UPDATE_EXPECT=1 cargo test -p katachi-tests --test suite download` writes the texts anew.
#![allow(clippy::needless_raw_string_hashes, reason = "`expect_test` writes them")]
#![allow(clippy::format_push_string, reason = "headers of an answer are few")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the names are our own")]
#![allow(clippy::cast_possible_truncation, reason = "the files of the tests are small")]

mod server;

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use flate2::Compression;
use flate2::write::GzEncoder;
use katachi::data::download::Download;
use katachi::prelude::*;

use crate::bad_files::{Folder, gzip, idx_bytes};
use crate::bad_input::check;
use server::{Answer, Server};

/// An IDX file of labels that does not compress to nothing, and its SHA-256 by another program (`sha256sum`).
fn labels() -> Vec<u8> {
    let mut state = 22_u32;
    let labels: Vec<u8> = (0..4000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223); // Numerical Recipes
            (state >> 24) as u8 % 10
        })
        .collect();
    idx_bytes(&[4000], &labels)
}

const SUM: &str = "3d9a5e59ca9cf9ba65b03a235e3c0e631b6526e57e23400801cf439f1bd5872f";
const SIZE: u64 = 4008;

/// A download of that file into a folder.
fn download(folder: &Folder, mirrors: &[&Server]) -> Download {
    let download = Download::new("test").file("labels", SIZE, SUM).folder(&folder.0).timeout(Duration::from_secs(2));
    mirrors.iter().fold(download, |download, server| download.mirror(server.address()))
}

/// As [`Folder::check`], with the addresses of the servers as `SERVER1`, `SERVER2`.
fn expect_error(folder: &Folder, servers: &[&Server], expected: &Expect) {
    let error = download(folder, servers).fetch().expect_err("the file cannot be had").to_string();
    let mut text = error.replace(&folder.0.display().to_string(), "FOLDER");
    for (index, server) in servers.iter().enumerate() {
        text = text.replace(server.address(), &format!("SERVER{}", index + 1));
    }
    check::<()>(Err(std::io::Error::other(text)), expected);
    assert!(!folder.0.join("labels").exists(), "nothing has the file's name but the file");
}

/// The file is there, whole, and nothing else but the lock.
#[track_caller]
fn assert_whole(folder: &Folder) {
    assert_eq!(fs::read(folder.0.join("labels")).unwrap(), labels());
    assert_eq!(names(&folder.0), [".lock", "labels"]);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The bytes kept of a transfer that broke off.
fn kept(folder: &Folder) -> Option<u64> {
    let parts = names(&folder.0).into_iter().filter(|name| name.ends_with(".part"));
    parts.map(|part| fs::metadata(folder.0.join(part)).unwrap().len()).max() // There is one for each mirror.
}

#[test]
fn a_file_is_downloaded_once() {
    let folder = Folder::new("download");
    let server = Server::new(|request, _| {
        assert_eq!(request.path, "/labels.gz");
        Answer::file(request, &gzip(&labels()))
    });
    let path = download(&folder, &[&server]).fetch().unwrap();
    assert_eq!(path, folder.0);
    assert_whole(&folder);
    download(&folder, &[&server]).fetch().unwrap();
    assert_eq!(server.starts(), [None]);
    drop(server);
    download(&folder, &[]).fetch().unwrap(); // offline
}

#[test]
fn what_a_server_sends_unpacked_is_as_good() {
    let folder = Folder::new("download-plain");
    let server = Server::new(|_, _| Answer::unannounced(&labels()));
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
}

#[test]
fn redirections_are_followed_and_end() {
    let folder = Folder::new("download-redirect");
    let target = Server::new(|request, _| Answer::file(request, &gzip(&labels())));
    let address = target.address().to_owned();
    let server = Server::new(move |request, _| Answer::redirect(&format!("{address}{}", request.path)));
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);

    let folder = Folder::new("download-circle");
    let server = Server::new(|request, _| Answer::redirect(&request.path));
    expect_error(
        &folder,
        &[&server],
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: SERVER1/labels.gz could not be asked (too many redirects);
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
}

#[test]
fn a_transfer_that_breaks_off_goes_on_where_it_was() {
    let folder = Folder::new("download-short");
    let packed = gzip(&labels());
    let file = packed.clone();
    // 600 bytes at a time, then the connection is closed.
    let server = Server::new(move |request, _| {
        let mut answer = Answer::file(request, &file);
        answer.body.truncate(600);
        answer
    });
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
    let expected: Vec<_> = (0..packed.len()).step_by(600).map(|start| Some(start).filter(|&start| start > 0)).collect();
    assert!(expected.len() > 2);
    assert_eq!(server.starts(), expected);
}

#[test]
fn the_next_call_goes_on_too() {
    let folder = Folder::new("download-next");
    let packed = gzip(&labels());
    let server = Server::new(move |request, before| match before {
        0 => Answer::announcing("200 OK", packed.len(), &packed[..1000]),
        1 => Answer::of("500 Internal Server Error", b"no"),
        _ => Answer::file(request, &packed),
    });
    expect_error(
        &folder,
        &[&server],
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: SERVER1/labels.gz has failed (HTTP status 500);
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
    assert_eq!(kept(&folder), Some(1000));
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
    assert_eq!(server.starts(), [None, Some(1000), Some(1000)]);
}

#[test]
fn a_server_that_cannot_begin_in_the_middle_begins_anew() {
    let folder = Folder::new("download-ignored");
    let packed = gzip(&labels());
    let server = Server::new(move |_, before| match before {
        0 => Answer::announcing("200 OK", packed.len(), &packed[..1000]),
        _ => Answer::of("200 OK", &packed),
    });
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
    assert_eq!(server.starts(), [None, Some(1000)]);
}

#[test]
fn a_server_that_breaks_off_without_notice_is_asked_for_the_rest() {
    let folder = Folder::new("download-unannounced");
    let packed = gzip(&labels());
    let server = Server::new(move |request, before| match before {
        0 => Answer::unannounced(&packed[..1000]),
        _ => Answer::file(request, &packed),
    });
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
    assert_eq!(server.starts(), [None, Some(1000)]);
}

#[test]
fn what_was_kept_of_another_file_is_dropped() {
    let folder = Folder::new("download-changed");
    let packed = gzip(&labels());
    let other = vec![7; 1000];
    let file = packed.clone();
    let server = Server::new(move |request, before| match before {
        0 => Answer::announcing("200 OK", file.len(), &other),
        _ => Answer::file(request, &file),
    });
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
    assert_eq!(server.starts(), [None, Some(1000), None]);

    // A part that is longer than the file, of which the server has no more.
    let folder = Folder::new("download-longer");
    let longer = [packed.as_slice(), &[0; 100]].concat();
    let file = packed.clone();
    let server = Server::new(move |request, before| match before {
        0 => Answer::announcing("200 OK", longer.len() + 10, &longer[..longer.len() - 200]),
        1 => Answer::of("416 Range Not Satisfiable", b""),
        _ => Answer::file(request, &file),
    });
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
    assert_eq!(server.starts().len(), 3);
    assert_eq!(server.starts()[2], None);
}

#[test]
fn a_part_other_than_the_one_asked_for_is_not_put_together() {
    let folder = Folder::new("download-part");
    let packed = gzip(&labels());
    let server = Server::new(move |request, before| match (before, request.start) {
        (0, _) => Answer::announcing("200 OK", packed.len(), &packed[..1000]),
        (_, Some(start)) => {
            let mut answer = Answer::of("206 Partial Content", &packed[start - 10..]);
            answer.headers += &format!("Content-Range: bytes {}-{}/{}\r\n", start - 10, packed.len() - 1, packed.len());
            answer
        }
        _ => Answer::of("200 OK", &packed),
    });
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
    assert_eq!(server.starts(), [None, Some(1000), None]);
}

#[test]
fn other_mirrors_are_tried_and_each_has_its_own_part() {
    let folder = Folder::new("download-mirrors");
    let missing = Server::new(|_, _| Answer::of("404 Not Found", b"<html>"));
    let (fast, best) = (gzip(&labels()), {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&labels()).unwrap();
        encoder.finish().unwrap()
    });
    assert_ne!(fast, best, "two forms of one file");
    let broken = Server::new(move |_, before| match before {
        0 => Answer::announcing("200 OK", fast.len(), &fast[..1000]),
        _ => Answer::of("503 Service Unavailable", b""),
    });
    let good = Server::new(move |request, _| Answer::file(request, &best));
    download(&folder, &[&missing, &broken, &good]).fetch().unwrap();
    assert_whole(&folder);
    assert_eq!((missing.starts().len(), broken.starts().len(), good.starts()), (1, 2, vec![None]));
}

#[test]
fn what_is_not_the_file_is_refused_and_not_kept() {
    let mut other = labels();
    other[2000] ^= 1;
    let mut damaged = gzip(&labels());
    damaged[500..520].fill(0xff);
    let answers: [(&str, Vec<u8>, Expect); 6] = [
        (
            "corrupt",
            gzip(&other),
            expect![[r#"
            FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sent other contents: their SHA-256 is 7f5fd4deb2ce0cb414b8eb74fce2b3634b505b384b65907a20784b07aba81aa1, not 3d9a5e59ca9cf9ba65b03a235e3c0e631b6526e57e23400801cf439f1bd5872f;
            if this machine is offline, put the file there by hand, or beside it as labels.gz;
            the variable KATACHI_MIRROR names another address to download from"#]],
        ),
        (
            "damaged",
            damaged,
            expect![[r#"
            FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sent a damaged gzip file (corrupt gzip stream does not have a matching checksum);
            if this machine is offline, put the file there by hand, or beside it as labels.gz;
            the variable KATACHI_MIRROR names another address to download from"#]],
        ),
        (
            "smaller",
            gzip(b"short"),
            expect![[r#"
            FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sent a file of 5 bytes, not 4008;
            if this machine is offline, put the file there by hand, or beside it as labels.gz;
            the variable KATACHI_MIRROR names another address to download from"#]],
        ),
        (
            "page",
            b"<!DOCTYPE html><title>Log in</title>".to_vec(),
            expect![[r#"
            FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sent a web page in place of the file;
            if this machine is offline, put the file there by hand, or beside it as labels.gz;
            the variable KATACHI_MIRROR names another address to download from"#]],
        ),
        (
            "no-gzip",
            vec![7; 100],
            expect![[r#"
            FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sent 100 bytes that are no gzip file;
            if this machine is offline, put the file there by hand, or beside it as labels.gz;
            the variable KATACHI_MIRROR names another address to download from"#]],
        ),
        (
            "nothing",
            vec![],
            expect![[r#"
            FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sent an empty file;
            if this machine is offline, put the file there by hand, or beside it as labels.gz;
            the variable KATACHI_MIRROR names another address to download from"#]],
        ),
    ];
    for (name, body, expected) in answers {
        let folder = Folder::new(&format!("download-{name}"));
        let server = Server::new(move |_, _| Answer::of("200 OK", &body));
        expect_error(&folder, &[&server], &expected);
        assert_eq!(kept(&folder), None, "{name}");
        assert_eq!(server.starts().len(), 1, "{name}");
    }
}

#[test]
fn no_more_is_taken_than_the_file_can_have() {
    // A bomb: 64 MiB of zeros in 64 KiB.
    let folder = Folder::new("download-bomb");
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() > 1000);
    let server = Server::new(move |_, _| Answer::of("200 OK", &bomb[..bomb.len().min(SIZE as usize + 60_000)]));
    expect_error(
        &folder,
        &[&server],
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sent a file of more than the 4008 bytes that it has;
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
    assert_eq!(kept(&folder), None);

    let folder = Folder::new("download-announced");
    let server = Server::new(|_, _| Answer::announcing("200 OK", usize::MAX / 2, b"x"));
    expect_error(
        &folder,
        &[&server],
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sends more than the 69548 bytes that it could have;
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
    assert_eq!(kept(&folder), None);

    let folder = Folder::new("download-endless");
    let server = Server::new(|_, _| Answer::unannounced(&vec![7; 1 << 20]));
    expect_error(
        &folder,
        &[&server],
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: SERVER1/labels.gz sends more than the 69548 bytes that it could have;
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
    assert_eq!(kept(&folder), None);
}

#[test]
fn servers_that_do_not_answer_are_given_up_in_time() {
    let folder = Folder::new("download-slow");
    let silent = Server::new(|_, _| {
        let answer = Answer::of("200 OK", &gzip(&labels()));
        Answer { pause: Duration::from_secs(3), ..answer }
    });
    let late = Server::new(|_, _| {
        std::thread::sleep(Duration::from_secs(3));
        Answer::of("200 OK", b"")
    });
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(); // closed again
    let began = Instant::now();
    let refused = format!("http://{port}");
    let error = download(&folder, &[&silent, &late])
        .timeout(Duration::from_secs(1))
        .mirror(&refused)
        .fetch()
        .unwrap_err()
        .to_string();
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    let text = error.replace(silent.address(), "SILENT").replace(late.address(), "LATE").replace(&refused, "REFUSED");
    assert!(text.contains("SILENT/labels.gz fell silent after "), "{text}");
    assert!(text.contains("LATE/labels.gz did not answer in time"), "{text}");
    assert!(text.contains("REFUSED/labels.gz refused the connection"), "{text}");
    assert!(kept(&folder).is_some_and(|bytes| bytes > 0), "what came is kept");
}

#[test]
fn every_answer_has_its_sentence() {
    let folder = Folder::new("download-statuses");
    let servers =
        ["404 Not Found", "403 Forbidden", "429 Too Many Requests", "500 Internal Server Error", "206 Partial Content"]
            .map(|status| Server::new(move |_, _| Answer::of(status, b"")));
    expect_error(
        &folder,
        &servers.each_ref(),
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: SERVER1/labels.gz has no such file (HTTP status 404), and SERVER2/labels.gz does not give it away (HTTP status 403), and SERVER3/labels.gz has too much to do (HTTP status 429), and SERVER4/labels.gz has failed (HTTP status 500), and SERVER5/labels.gz answered with HTTP status 206;
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
    let garbage = Server::new(|_, _| Answer { headers: "no header\r\n".into(), ..Answer::of("200 OK", b"") });
    expect_error(
        &folder,
        &[&garbage],
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: SERVER1/labels.gz could not be asked (protocol: http parse fail: invalid header name);
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
    expect_error(
        &folder,
        &[],
        &expect![[r#"
        FOLDER/labels: it could not be downloaded: no mirror is named;
        if this machine is offline, put the file there by hand, or beside it as labels.gz;
        the variable KATACHI_MIRROR names another address to download from"#]],
    );
}

#[test]
fn files_put_there_by_hand_are_verified() {
    let folder = Folder::new("download-by-hand");
    folder.file("labels.gz", &gzip(&labels()));
    download(&folder, &[]).fetch().unwrap();
    assert_eq!(fs::read(folder.0.join("labels")).unwrap(), labels());
    assert!(folder.0.join("labels.gz").exists(), "it is not ours to remove");

    let folder = Folder::new("download-bad-hand");
    folder.file("labels.gz", &gzip(b"another"));
    expect_error(
        &folder,
        &[],
        &expect![[r#"
        FOLDER/labels.gz: this is a file of 7 bytes, not 4008;
        remove it, so that it is downloaded again"#]],
    );
    assert!(folder.0.join("labels.gz").exists());
}

#[test]
fn a_file_of_another_size_stays_until_the_right_one_is_there() {
    let folder = Folder::new("download-replaced");
    folder.file("labels", b"another");
    let server = Server::new(|request, before| match before {
        0 => Answer::of("500 Internal Server Error", b""),
        _ => Answer::file(request, &gzip(&labels())),
    });
    assert!(download(&folder, &[&server]).fetch().is_err());
    assert_eq!(fs::read(folder.0.join("labels")).unwrap(), b"another");
    download(&folder, &[&server]).fetch().unwrap();
    assert_whole(&folder);
}

#[test]
fn of_several_at_once_one_downloads() {
    let folder = Folder::new("download-at-once");
    let server = Server::new(|request, _| {
        std::thread::sleep(Duration::from_millis(100));
        Answer::file(request, &gzip(&labels()))
    });
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| download(&folder, &[&server]).fetch().unwrap());
        }
    });
    assert_whole(&folder);
    assert_eq!(server.starts(), [None]);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = Folder::new("download-folder");
    let server = Server::new(|request, _| Answer::file(request, &gzip(&labels())));
    let file = folder.file("file", b"");
    let result = download(&folder, &[&server]).folder(&file).fetch();
    folder.check(
        result,
        &expect![[r#"
        FOLDER/file: this cannot be written: File exists (os error 17);
        set the variable KATACHI_CACHE to a folder that can be written to"#]],
    );
    // A folder in the place of the unpacked file.
    fs::create_dir(folder.0.join("labels.part")).unwrap();
    folder.check(
        download(&folder, &[&server]).fetch(),
        &expect![[r#"
        FOLDER/labels.part: this cannot be written: Is a directory (os error 21);
        set the variable KATACHI_CACHE to a folder that can be written to"#]],
    );
}

#[test]
fn names_and_sums_must_make_sense() {
    check(
        Download::new("a").file("../b", 1, SUM).fetch(),
        &expect![[r#"`name` is "../b", but it must be a name without folders"#]],
    );
    check(Download::new("").fetch(), &expect![[r#"`name` is "", but it must be a name without folders"#]]);
    check(
        Download::new("a").file("b", 1, "ba78").fetch(),
        &expect![[r#"`sha256` is "ba78", but it must be 64 hexadecimal digits"#]],
    );
}

/// The four files of MNIST, from a server on this machine that has them in a folder, against the sums of the library.
#[test]
#[ignore = "KATACHI_MNIST_DIR names a folder with the four compressed files of MNIST, or of Fashion-MNIST"]
fn mnist_is_what_it_should_be() {
    let source = std::env::var_os("KATACHI_MNIST_DIR").expect("KATACHI_MNIST_DIR names a folder");
    let source = std::path::PathBuf::from(source);
    let server = Server::new(move |request, _| {
        let name = request.path.rsplit('/').next().unwrap();
        match fs::read(source.join(name)) {
            Ok(file) => Answer::file(request, &file),
            Err(_) => Answer::of("404 Not Found", b""),
        }
    });
    let folder = Folder::new("download-mnist");
    for name in ["mnist", "fashion-mnist"] {
        // The variables of the environment are those of a program of its own: this one again, with the next test.
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "download::prints_the_sizes_of_a_cached_dataset", "--nocapture"])
            .env("KATACHI_CACHE", &folder.0)
            .env("KATACHI_MIRROR", server.address())
            .env("KATACHI_DATASET", name)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        println!("{name}: {text}");
        if text.contains("60000 and 10000") {
            assert_eq!(names(&folder.0.join(name)).len(), 5);
            return;
        }
    }
    panic!("neither MNIST nor Fashion-MNIST");
}

/// What [`mnist_is_what_it_should_be`] runs.
#[test]
#[ignore = "`mnist_is_what_it_should_be` runs it"]
fn prints_the_sizes_of_a_cached_dataset() {
    let dataset = match std::env::var("KATACHI_DATASET").expect("KATACHI_DATASET").as_str() {
        "mnist" => data::mnist_cached(),
        _ => data::fashion_mnist_cached(),
    };
    let dataset = dataset.unwrap();
    println!("{} and {}", dataset.train.len(), dataset.test.len());
}
