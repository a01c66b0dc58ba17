//! Compares losses in the browser with recorded ones to the last digit: the same link must give the
//! same run on every machine and in every later version.

use e2e::{Gpu, Page, Site, TRAINING_TIMEOUT, UI_TIMEOUT, wait_until};

#[test]
fn the_first_ten_losses_of_each_network_stay_the_same_to_the_last_digit() {
    const PINNED: [(&str, [&str; 10]); 3] = [
        (
            "?data=phantom&model=cnn&device=cpu&seed=1",
            [
                "1.7579216",
                "1.8095753",
                "1.8676083",
                "1.7525136",
                "1.7494183",
                "1.7611945",
                "1.6799324",
                "1.6311201",
                "1.7227331",
                "1.5275657",
            ],
        ),
        (
            "?data=phantom&model=mlp&device=cpu&seed=1",
            [
                "1.8408964",
                "1.6907696",
                "1.6933465",
                "1.4916413",
                "1.5089691",
                "1.6314833",
                "1.3309485",
                "1.298727",
                "1.3412336",
                "1.180671",
            ],
        ),
        (
            "?lab=segment&data=ventricles&device=cpu&seed=1",
            [
                "2.1864018",
                "2.0950222",
                "2.0156674",
                "1.9784818",
                "1.9311333",
                "1.8964872",
                "1.8512747",
                "1.8008366",
                "1.7885683",
                "1.7584971",
            ],
        ),
    ];
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    for (query, losses) in PINNED {
        page.open(&format!("{query}&epochs=1&autostart=1"));
        assert_eq!(first_losses(&page, 10), losses, "{query}");
    }
}

/// Returns the losses of the first steps as text, with all digits that a course page receives.
fn first_losses(page: &Page, steps: usize) -> Vec<String> {
    let script = format!(
        "(window.__tape?.events ?? []).filter((event) => event.type === 'step')\
         .slice(0, {steps}).map((event) => JSON.stringify(event.loss))"
    );
    wait_until("the first steps", TRAINING_TIMEOUT, || {
        let losses: Vec<String> = serde_json::from_value(page.eval(&script)).ok()?;
        (losses.len() == steps).then_some(losses)
    })
}

#[test]
fn a_link_opens_the_run_that_it_names_and_an_edit_writes_it_back() {
    // A link, the loss of the first step, and the address after the seed was changed to 5.
    const PINNED: [(&str, &str, &str); 5] = [
        (
            "?data=phantom&device=cpu",
            "1.7579216",
            "?lab=classify&data=phantom&split=lab&imbalance=1&wrong=0&noise=10&rotation=15&model=cnn&optimizer=adam&lr=0.001&\
             batch=16&epochs=10&test=0&patience=0&seed=5&device=cpu",
        ),
        (
            "?device=cpu&epochs=3&seed=7&batch=8&model=mlp&data=phantom",
            "1.7880218",
            "?lab=classify&data=phantom&split=lab&imbalance=1&wrong=0&noise=10&rotation=15&model=mlp&optimizer=adam&lr=0.001&\
             batch=8&epochs=3&test=0&patience=0&seed=5&device=cpu",
        ),
        (
            "?data=phantom&noise=40&rotation=90&model=cnn&layers=conv4k3.gelu.bn.pool2_dense20.tanh.\
             drop25&optimizer=sgd&momentum=0.9&lr=0.05&batch=32&epochs=3&device=cpu&seed=4294967295",
            "1.8054655",
            "?lab=classify&data=phantom&split=lab&imbalance=1&wrong=0&noise=40&rotation=90&model=cnn&layers=conv4k3.bn.gelu.pool2_\
             dense20.tanh.drop25&optimizer=sgd&momentum=0.9&lr=0.05&batch=32&epochs=3&test=0&patience=0&seed=5&\
             device=cpu",
        ),
        (
            "?lab=segment&data=ventricles&device=cpu&batch=4&depth=1&width=4",
            "1.4575105",
            "?lab=segment&data=ventricles&split=lab&noise=8&bias=20&rotation=15&size=100&depth=1&width=4&\
             up=transposed&bn=1&residual=0&skips=1&loss=ce-dice&balanced=0&optimizer=adam&lr=0.003&batch=4&\
             epochs=12&test=0&patience=0&seed=5&device=cpu",
        ),
        (
            "?lab=segment&data=ventricles&noise=20&bias=30&rotation=15&size=60&depth=2&width=4&\
             up=nearest&bn=1&skips=01&loss=focal&balanced=1&optimizer=adamw&decay=0.01&device=cpu",
            "0.20468485",
            "?lab=segment&data=ventricles&split=lab&noise=20&bias=30&rotation=15&size=60&depth=2&width=4&\
             up=nearest&bn=1&residual=0&skips=01&loss=focal&balanced=1&optimizer=adamw&decay=0.01&lr=0.003&\
             batch=8&epochs=12&test=0&patience=0&seed=5&device=cpu",
        ),
    ];
    let site = Site::new();
    let mut page = Page::new(&site, Gpu::None);
    for (link, loss, address) in PINNED {
        page.open(link);
        wait_until("a run that can step", TRAINING_TIMEOUT, || {
            page.is_enabled("step").then_some(())
        });
        page.press("step");
        assert_eq!(first_losses(&page, 1), [loss], "{link}");
        page.fill("input[aria-label='seed']", "5");
        let written = wait_until("the edit in the address", UI_TIMEOUT, || {
            let query = page.eval("location.search");
            query.as_str().filter(|query| query.contains("seed=5")).map(str::to_owned)
        });
        assert_eq!(written, address, "{link}");
    }
}
