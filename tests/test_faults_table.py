"""Every fault that we know of, its right behaviour, and the test that holds us to it.

A test checks that each named test exists, so that no row can lose its proof unnoticed.

| fault | right behaviour | test |
|---|---|---|
| kill -9 at any step | nothing lost, nothing doubled where a receipt exists | test_faults_kill.test_a_kill_at_any_step_loses_and_doubles_nothing |
| kill -9 of the real command after the dot | the copy is found, not sent again | test_faults_process.test_a_kill_in_mid_flight_and_a_new_start_deliver_once |
| kill in the recovery from a kill | the same end | test_faults_kill.test_a_kill_at_any_step_loses_and_doubles_nothing |
| kill with letters claimed | sent at once by the next life | test_faults_smtp.test_a_life_that_died_with_claims_leaves_none |
| power loss | committed rows stay | test_store_database.test_every_commit_reaches_the_disk |
| everything at random | all of the above at once | test_faults_soak.test_half_an_hour_of_random_faults_loses_nothing |
| disk full | nothing half; goes on when there is room | test_faults_store.test_a_full_disk_takes_nothing_half_and_goes_on_when_there_is_room |
| disk full in the middle of a batch | what SQLite took back is not gone on from | test_faults_store.test_nothing_is_kept_of_what_follows_a_transaction_that_sqlite_took_back |
| disk full between two mails | neither lost | test_faults_store.test_a_disk_that_fills_up_between_two_mails_of_a_batch_loses_neither |
| disk full: who hears of it | a mail that needs no disk, once | test_faults_store.test_the_founder_hears_of_a_full_disk_by_a_mail_that_needs_none |
| disk failing (RLIMIT_FSIZE) | as a full one | test_faults_store.test_a_failing_disk_is_a_full_one |
| database locked | bounded wait, then temporary | test_faults_store.test_a_held_database_is_waited_for |
| database damaged | start refused, with the way back | test_faults_store.test_a_damaged_store_is_refused_at_the_start_with_the_way_back |
| database gone | not begun anew in silence | test_faults_store.test_a_store_that_was_used_and_is_gone_is_not_begun_anew |
| database not to be written | start refused | test_faults_store.test_a_store_that_cannot_be_written_is_refused |
| database held between claim and hand-over | what was claimed is free at once | test_faults_store.test_letters_claimed_when_the_store_failed_are_free_at_once |
| PostgreSQL restarts | gone for a while, nothing half | test_store_workers.test_a_server_that_dies_is_gone_for_a_while |
| PostgreSQL backend killed | nothing half | test_store_workers.test_a_backend_killed_in_the_middle_leaves_nothing_half |
| PostgreSQL forgets our lock | taken again, or we end | test_faults_store.test_a_lock_that_was_lost_is_taken_again_before_anything_is_read |
| two daemons by mistake | the second refused by name, exit 75 | test_faults_process.test_a_second_daemon_is_refused_by_name |
| SIGTERM during a turn | ends after it | test_faults_process.test_sigterm_during_a_turn_ends_after_it |
| SIGHUP | new set whole, or the old one | test_faults_process.test_sighup_takes_new_policies_and_refuses_broken_ones |
| SIGHUP while the database is held | not forgotten | test_faults_store.test_a_reload_while_the_database_is_held_is_not_forgotten |
| IMAP cut in mid-FETCH | the same UIDs again | test_faults_imap.test_a_cut_in_the_middle_of_a_fetch_is_read_again |
| IMAP half open | noticed within the timeout | test_faults_imap.test_a_half_open_line_is_noticed_within_the_timeout |
| IMAP away | told once, over once, blind minutes | test_faults_imap.test_a_server_that_goes_away_is_told_once_and_once_when_it_is_back |
| IDLE dead | found by search | test_wires_faults.test_silent_death_in_idle_is_noticed |
| IMAP dripping | cut when patience ends | test_wires_faults.test_a_dripping_line_is_cut_when_patience_ends |
| IMAP slow | only slow | test_wires_faults.test_a_slow_line_is_only_slow |
| IMAP answers garbage | a named trouble | test_wires_faults.test_garbage_is_a_named_trouble |
| a mail the server will not give | passed by, on record | test_wires_faults.test_a_mail_that_kills_the_connection_does_not_block_the_others |
| IMAP password wrong | told, not hammered | test_faults_imap.test_a_refused_login_is_not_hammered |
| password cannot be had | as a wrong one | test_faults_imap.test_a_password_that_cannot_be_had_stops_nothing |
| configured folder gone | a trouble | test_faults_imap.test_an_inbox_that_is_not_there_is_a_trouble |
| UIDVALIDITY changes | rescan, dedupe, history stays history | test_faults_imap.test_a_new_incarnation_of_the_folder_dedupes_and_leaves_history_alone |
| mail removed by a person | noted, work goes on | test_faults_imap.test_mail_removed_before_it_was_read_is_noted |
| delivered twice | one | test_faults_imap.test_the_same_mail_twice_is_one |
| same Message-ID, other mail | two | test_faults_imap.test_two_mails_with_one_message_id_are_two |
| clock forward | caught up with once | test_faults_time.test_a_jump_forward_is_caught_up_with_once |
| clock back | on record | test_faults_time.test_a_clock_that_goes_back_is_on_record |
| clock back: letters put off | due again | test_faults_smtp.test_a_wrong_clock_that_goes_back_leaves_no_letter_waiting |
| clock back: pauses and heartbeat | monotonic, stale | test_faults_imap.test_the_heartbeat_ages_with_the_inbox_and_not_with_the_clock |
| clock jumps under the real command | one brief, one entry | test_faults_time.test_the_real_daemon_outlives_jumps_of_the_wall |
| clock change of the season | deadlines are instants | test_faults_time.test_deadlines_are_instants_when_the_clocks_change |
| weekly summary and the clock | once an ISO week | test_faults_time.test_the_weekly_summary_comes_once_a_week_whatever_the_clock_does |
| SMTP 4xx, greylisting | 1, 5, 15, 60 minutes | test_faults_smtp.test_a_temporary_refusal_is_tried_again_after_1_5_15_60_minutes |
| SMTP 4xx for hours | the next owner | test_faults_smtp.test_a_brief_that_is_refused_for_hours_goes_to_the_next_owner |
| SMTP 5xx | the next owner at once | test_faults_smtp.test_a_final_refusal_asks_the_next_owner_at_once |
| SMTP silent after the dot | unknown, looked for first | test_faults_smtp.test_no_answer_after_the_dot_is_looked_for_before_anything_is_sent_again |
| SMTP 4xx after storing | found, not sent again | test_faults_smtp.test_a_lie_of_4xx_after_storing_is_seen_through |
| found nowhere | the same bytes again | test_faults_smtp.test_a_letter_found_nowhere_goes_again_with_the_same_bytes |
| server keeps copies | found out | test_faults_smtp.test_a_server_that_keeps_copies_is_found_out |
| server keeps no copies | our own address gets one | test_faults_smtp.test_of_a_server_that_keeps_none_our_own_address_gets_the_receipt |
| nobody takes our copy | the letter goes without | test_faults_smtp.test_where_nobody_takes_our_copy_the_letter_goes_without |
| SMTP away | asked once a pause | test_faults_smtp.test_a_server_that_is_away_is_asked_once_and_not_for_every_letter |
| SMTP black hole | one timeout a turn | test_faults_smtp.test_a_silent_server_costs_a_timeout_and_not_one_for_each_letter |
| SMTP cut anywhere before the dot | temporary | test_wires_faults.test_smtp_cut_anywhere_before_the_dot_is_temporary |
| SMTP password wrong | told by a route that works, not hammered | test_faults_smtp.test_a_refused_login_is_told_and_not_hammered |
| the agent's server away, the inbox's not | told by that one | test_faults_smtp.test_a_trouble_goes_by_the_courier_that_still_works |
| trouble over a restart | not forgotten, not told twice | test_faults_store.test_a_restart_neither_forgets_a_trouble_nor_tells_it_twice |
| model 429, 529, 5xx | asked later, rules meanwhile | test_agent_claude_faults.test_what_passes_is_asked_again_later |
| model times out | cut by the wall clock | test_agent_claude_faults.test_silence_is_cut_by_the_wall_clock |
| model refuses, is empty or cut off | a person sees it | test_agent_claude_faults.test_what_the_mail_may_have_caused_goes_to_a_person |
| model answers junk | mended once | test_agent_claude.test_junk_is_mended_once |
| model's key revoked, model gone | no retries, told | test_agent_claude_faults.test_what_a_person_must_mend_is_not_tried_again |
| model's budget spent | rules only, never silent | test_agent_claude_story.test_the_days_budget_is_kept_to_the_call |
| model hostile | can do little | test_agent_claude_hostile.test_a_hostile_answer_can_do_little |
| policy half written | the last good set, told once | test_faults_store.test_a_half_written_policy_changes_nothing |
| owner removed while offered | re-offered, token dead | test_faults_store.test_an_owner_removed_while_offered_is_asked_no_more |
| giant mail | read in outline | test_mailbox_imap.test_a_giant_is_read_in_outline |
| MIME bombs | a child with limits | test_mailbox_guard.test_odd_shapes_are_suspicious |
| bombs of every kind | read in time | test_mailbox_parse_odd.test_bombs_are_read_in_time |
| zip bomb | listed by name, never unpacked | test_faults_table.test_no_room_can_unpack_an_archive |
| parser runs away | a named end | test_mailbox_guard.test_too_long_is_a_runaway |
| poison mail | three tries, aside with its bytes | test_agent_quarantine.test_three_tries_then_aside_with_its_bytes |
| poison mail, read after all | quarantine list, show, retry | test_faults_process.test_a_mail_set_aside_is_listed_shown_and_read_after_all |
| policies broken, somebody looks | status works and says so | test_faults_health.test_status_is_told_while_the_policies_have_mistakes |
| mail that kills the process | aside by the fourth start | test_agent_quarantine.test_a_mail_that_kills_the_process_is_set_aside_by_the_fourth_start |
| judgement that fails | waits for a person | test_agent_quarantine.test_a_judgement_that_fails_stops_nobody_and_waits_for_a_person |
| case or letter that fails | the others go on | test_agent_quarantine.test_a_failing_case_or_regular_mail_does_not_keep_the_rest_from_its_time |
| ten thousand mails at once | bounded, ordered, no brief of a case held | test_faults_flood.test_a_flood_is_swallowed_in_portions |
| what a breaker held, let go | no faster than the caps | test_faults_flood.test_what_a_breaker_held_goes_out_in_portions |
| a question held until it was answered | withdrawn | test_faults_flood.test_a_question_that_was_held_until_it_was_answered_is_withdrawn |
| a reminder that is held | nothing lapses meanwhile | test_faults_flood.test_no_offer_lapses_while_its_reminder_is_held |
| people's mail beside a machine's loop | nothing of theirs held | stories.test_delivery_truth.test_a_day_of_normal_work_beside_a_machine_that_answers_everything |
| a breaker that nobody resets | closes by itself | test_loops.test_a_loop_that_is_held_outlives_a_restart_and_holds_no_brief |
| a brief that could not leave | the offer counts from when it leaves | stories.test_delivery_truth.test_a_brief_that_could_not_leave_is_written_with_the_time_as_it_is |
| an approved letter that has not left | nobody was told | stories.test_delivery_truth.test_the_customer_was_told_when_the_letter_left_and_not_before |
| two replies race | the first wins, the second is told | stories.test_a_brief_and_a_yes.test_the_second_accept_is_told_kindly_who_has_it |
| a reply read twice | acts once | stories.test_a_brief_and_a_yes.test_a_reply_that_is_read_twice_acts_once |
| expired token | told kindly, nothing changes | stories.test_edge_replies.test_an_expired_right_to_answer_is_told_kindly_and_changes_nothing |
| no token | refused | stories.test_who_may_say_yes.test_a_reply_without_a_token_cannot_accept |
| foreign token | refused | stories.test_who_may_say_yes.test_somebody_else_with_the_right_token_cannot_accept |
| out of office, endless | answered by nobody | test_loops.test_an_out_of_office_bot_is_answered_by_nobody |
| address bounces | written to once | test_loops.test_an_address_that_bounces_is_written_to_once |
| two daemons as each other's customers | come to rest | test_loops.test_two_daemons_that_are_each_others_customers_come_to_rest |
| a bot that answers everything | three mails, then held until it rests | test_loops.test_a_bot_that_answers_every_mail_gets_a_bounded_number |
| secrets in what is told | never | test_secrets.test_a_day_with_every_kind_of_trouble_logs_no_secret |
| metrics cannot be written | nothing stops | test_faults_health.test_metrics_that_cannot_be_written_stop_nothing |
"""  # noqa: E501  a table has no line breaks

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in (__doc__ or "").splitlines()
    if line.startswith("| ") and not line.startswith("| fault")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].replace(" ", "-"))
def test_every_fault_has_its_test(row: tuple[str, str, str]) -> None:
    """The test that the row names stands in the file that it names."""
    fault, behaviour, name = row
    assert fault
    assert behaviour
    place, _, test = name.rpartition(".")
    file = TESTS / f"{place.replace('.', '/')}.py"
    assert file.exists(), file
    assert re.search(rf"^(?:async )?def {test}\(", file.read_text(encoding="utf-8"), re.M), name


def test_no_room_can_unpack_an_archive() -> None:
    """An attachment is a name, a type and a size: nothing that could inflate it is imported."""
    unpackers = re.compile(
        r"^\s*(?:import|from) (zipfile|gzip|tarfile|bz2|lzma|zlib|shutil)\b", re.M
    )
    texts = {
        f"{path.parent.name}/{path.name}: {name}"
        for room in ("agent", "mailbox", "policies", "store", "templates")
        for path in (TESTS.parent / room).rglob("*.py")
        for name in unpackers.findall(path.read_text(encoding="utf-8"))
    }
    # `shutil` can unpack; there it finds programs and removes the demo's folder. The weights that
    # read replies are a file of ours.
    ours = {"reply/head.py: zlib"}
    assert {item for item in texts if not item.endswith(": shutil")} == ours
    assert not any(item.startswith("mailbox/") for item in texts)
