//! What schedules have in common, and their edges.

use super::*;

fn rates(schedule: impl IntoSchedule) -> Vec<f64> {
    let schedule = schedule.into_schedule();
    (0..12).map(|step| schedule.at(step)).collect()
}

#[test]
fn a_warmup_is_that_of_keras_before_a_cosine() {
    let ours = rates(CosineDecay::new(0.1, 5).alpha(0.2).warmup(4));
    let theirs = rates(CosineDecay::new(0.0, 5).alpha(0.2).warmup_target(0.1, 4));
    assert!(ours.iter().zip(&theirs).all(|(a, b)| (a - b).abs() < 1e-16), "{ours:?} {theirs:?}");
    assert_eq!(rates(StepDecay::new(0.5, 2, 0.5).warmup(0)), rates(StepDecay::new(0.5, 2, 0.5)));
}

#[test]
fn compositions_nest() {
    let schedule = Schedule::constant(1.0).warmup(2).then(4, StepDecay::new(0.5, 1, 0.5).scaled(2.0)).scaled(0.5);
    assert_eq!(rates(schedule.clone())[..7], [0.0, 0.25, 0.5, 0.5, 0.5, 0.25, 0.125]);
    assert!(schedule.validate().is_ok());
    assert_eq!(
        format!("{:?}", Schedule::from_fn(|_| 0.1).then(3, 0.5)),
        "Then { first: from_fn(..), step: 3, other: Constant(0.5) }",
    );
}

#[test]
fn rates_of_late_steps_are_finite() {
    let all: [Schedule; 9] = [
        StepDecay::new(0.1, 10, 0.5).into(),
        PiecewiseConstantDecay::new([3], [0.1, 0.2]).into(),
        ExponentialDecay::new(0.1, 10, 0.9).into(),
        InverseTimeDecay::new(0.1, 10, 0.9).into(),
        PolynomialDecay::new(0.1, 10).power(0.5).cycle(true).into(),
        CosineDecay::new(0.1, 10).into(),
        CosineDecayRestarts::new(0.1, 10).t_mul(1.5).into(),
        OneCycle::new(0.1, 10).into(),
        OneCycle::new(0.1, 1).pct_start(1.0).into(),
    ];
    for schedule in all {
        schedule.validate().unwrap();
        for step in [0, 1, 9, 10, 11, 1_000_003, u64::MAX] {
            let rate = schedule.at(step);
            assert!((0.0..=0.2).contains(&rate), "{schedule:?} at {step}: {rate}");
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are numbers of steps")]
#[test]
fn a_restart_is_where_it_belongs() {
    for t_mul in [1.0, 1.1, 1.5, 2.0, 3.0, 10.0] {
        let schedule = Schedule::from(CosineDecayRestarts::new(1.0, 1000).t_mul(t_mul).m_mul(0.5));
        let (mut begin, mut length) = (0.0_f64, 1000.0_f64);
        for restart in 0..6 {
            // The step before a restart is near the lowest rate, the step after it near the highest.
            let peak = 0.5_f64.powi(restart);
            let rate = schedule.at((begin + 1e-6).ceil() as u64);
            assert!((rate - peak).abs() < 1e-4 * peak, "{t_mul}, {restart}: {rate}");
            if restart > 0 {
                assert!(schedule.at((begin - 1e-6).floor() as u64) < 1e-4, "{t_mul}, {restart}");
            }
            begin += length;
            length *= t_mul;
        }
    }
}

#[test]
fn options_out_of_range_are_errors() {
    #[track_caller]
    fn check(schedule: impl IntoSchedule, expected: &str) {
        let error = schedule.into_schedule().validate().unwrap_err();
        assert!(matches!(error, Error::Option { .. }));
        assert_eq!(error.to_string(), expected);
    }
    let least = "a finite number of at least 0";
    check(-0.1, &format!("`learning_rate` is -0.1, but it must be {least}"));
    check(StepDecay::new(f64::NAN, 1, 0.5), &format!("`initial_learning_rate` is NaN, but it must be {least}"));
    check(StepDecay::new(0.1, 0, 0.5), "`steps` is 0, but it must be at least 1");
    check(StepDecay::new(0.1, 1, -0.5), &format!("`factor` is -0.5, but it must be {least}"));
    check(
        PiecewiseConstantDecay::new([1, 2], [0.1, 0.2]),
        "`values` is 2 rates for 2 boundaries, but it must be one rate more than there are boundaries",
    );
    check(
        PiecewiseConstantDecay::new([2, 2], [0.1, 0.2, 0.3]),
        "`boundaries` is [2, 2], but it must be steps that are each larger than the last",
    );
    check(PiecewiseConstantDecay::new([2], [0.1, -0.2]), &format!("`values` is -0.2, but it must be {least}"));
    check(ExponentialDecay::new(0.1, 0, 0.5), "`decay_steps` is 0, but it must be at least 1");
    check(ExponentialDecay::new(0.1, 1, -1.0), &format!("`decay_rate` is -1, but it must be {least}"));
    check(InverseTimeDecay::new(0.1, 0, 0.5), "`decay_steps` is 0, but it must be at least 1");
    check(InverseTimeDecay::new(0.1, 1, -1.0), &format!("`decay_rate` is -1, but it must be {least}"));
    check(PolynomialDecay::new(0.1, 0), "`decay_steps` is 0, but it must be at least 1");
    let end = PolynomialDecay::new(0.1, 1).end_learning_rate(-1.0);
    check(end, &format!("`end_learning_rate` is -1, but it must be {least}"));
    check(PolynomialDecay::new(0.1, 1).power(-1.0), &format!("`power` is -1, but it must be {least}"));
    check(CosineDecay::new(0.1, 0), "`decay_steps` is 0, but it must be at least 1");
    check(CosineDecay::new(0.1, 1).alpha(1.5), "`alpha` is 1.5, but it must be from 0 to 1");
    let warmup = CosineDecay::new(0.1, 1).warmup_target(-0.1, 1);
    check(warmup, &format!("`warmup_target` is -0.1, but it must be {least}"));
    check(CosineDecayRestarts::new(0.1, 0), "`first_decay_steps` is 0, but it must be at least 1");
    let restarts = || CosineDecayRestarts::new(0.1, 1);
    check(restarts().t_mul(0.5), "`t_mul` is 0.5, but it must be a finite number of at least 1");
    check(restarts().m_mul(-1.0), &format!("`m_mul` is -1, but it must be {least}"));
    check(restarts().alpha(-1.0), "`alpha` is -1, but it must be from 0 to 1");
    check(OneCycle::new(-0.1, 1), &format!("`max_learning_rate` is -0.1, but it must be {least}"));
    check(OneCycle::new(0.1, 0), "`total_steps` is 0, but it must be at least 1");
    check(OneCycle::new(0.1, 1).pct_start(30.0), "`pct_start` is 30, but it must be from 0 to 1");
    check(OneCycle::new(0.1, 1).div_factor(0.0), "`div_factor` is 0, but it must be a finite number above 0");
    check(
        OneCycle::new(0.1, 1).final_div_factor(-1.0),
        "`final_div_factor` is -1, but it must be a finite number above 0",
    );
    check(Schedule::constant(0.1).then(0, 0.2), "`step` is 0, but it must be at least 1");
    check(Schedule::constant(0.1).then(1, -0.2), &format!("`learning_rate` is -0.2, but it must be {least}"));
    check(Schedule::constant(0.1).scaled(-2.0), &format!("`factor` is -2, but it must be {least}"));
    check(CosineDecay::new(0.1, 0).warmup(3), "`decay_steps` is 0, but it must be at least 1");
}
