#!/bin/sh
# What the tests need from Debian, put there when we may (root and apt-get). Called by `make test`.
# Says nothing when all is there. What cannot be had is said aloud, with the tests that will skip;
# only with CI=true is that a failure.
set -u

say() { printf 'system: %s\n' "$*" >&2; }

# A test for each thing, by what it does and not by its package's name.
have_dovecot() {
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v dovecot >/dev/null 2>&1 &&
        { [ -x /usr/lib/dovecot/imap ] || [ -x /usr/libexec/dovecot/imap ]; } &&
        { [ -x /usr/lib/dovecot/lmtp ] || [ -x /usr/libexec/dovecot/lmtp ]; }
}
have_mailprograms() {
    for program in mutt s-nail alpine emacs; do
        command -v "$program" >/dev/null 2>&1 || return 1
    done
    [ -e /usr/lib/dovecot/modules/lib90_sieve_plugin.so ]
}
have_opensmtpd() {
    # Its package and Postfix's exclude each other, so it is only unpacked, beside the tests' other
    # things; only root can start it.
    [ "$(id -u)" -ne 0 ] || [ -x .work/opensmtpd/usr/sbin/smtpd ]
}
have_postgres() {
    command -v postgres >/dev/null 2>&1 && command -v initdb >/dev/null 2>&1 && return 0
    for place in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
        [ -x "$place/postgres" ] && [ -x "$place/initdb" ] && return 0
    done
    return 1
}
have_postfix() {
    # Only root can start it, so only root misses it.
    [ "$(id -u)" -ne 0 ] || {
        PATH="$PATH:/usr/sbin"
        command -v postfix >/dev/null 2>&1 && command -v opendkim >/dev/null 2>&1 &&
            command -v opendmarc >/dev/null 2>&1
    }
}
have_chromium() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }
have_emoji() {
    [ -e /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf ] ||
        { command -v fc-list >/dev/null 2>&1 && fc-list 2>/dev/null | grep -qi 'color *emoji'; }
}
have_faketime() {
    command -v faketime >/dev/null 2>&1 && return 0
    for library in /usr/lib/*/faketime/libfaketime.so.1 /usr/lib/faketime/libfaketime.so.1; do
        [ -e "$library" ] && return 0
    done
    return 1
}
have_strace() { command -v strace >/dev/null 2>&1; }
have_systemd() { command -v systemd-analyze >/dev/null 2>&1; }

NEEDS='dovecot mailprograms postfix opensmtpd postgres chromium emoji faketime strace systemd'

packages() {
    case $1 in
        dovecot) echo 'dovecot-imapd dovecot-lmtpd' ;;
        mailprograms) echo 'mutt s-nail alpine emacs-nox dovecot-sieve' ;;
        postfix) echo 'postfix opendkim opendmarc' ;;
        opensmtpd) echo 'libevent-2.1-7' ;;
        postgres) echo 'postgresql' ;;
        chromium) echo 'chromium' ;;
        emoji) echo 'fonts-noto-color-emoji' ;;
        faketime) echo 'faketime' ;;
        strace) echo 'strace' ;;
        systemd) echo 'systemd' ;;
    esac
}
tests() {
    case $1 in
        dovecot) echo 'everything marked dovecot (a real IMAP server)' ;;
        mailprograms) echo 'answers of mutt, s-nail, Alpine, Emacs and Pigeonhole' ;;
        opensmtpd) echo 'a brief that a real OpenSMTPD returns' ;;
        postfix) echo 'everything marked postfix (verdicts of a real mail exchanger)' ;;
        postgres) echo 'everything marked postgres (the store on PostgreSQL)' ;;
        chromium) echo 'everything marked chromium (how the mails look)' ;;
        emoji) echo 'nothing; signs in pictures of the mails may be empty boxes' ;;
        faketime) echo 'the tests of clock jumps' ;;
        strace) echo 'the test that counts fsyncs' ;;
        systemd) echo 'the score of the systemd unit' ;;
    esac
}
lacking() {
    for need in $NEEDS; do
        "have_$need" || printf '%s ' "$need"
    done
}

unpack_opensmtpd() {
    place=$(mktemp -d) && (cd "$place" && apt-get -qq download opensmtpd >/dev/null 2>&1) &&
        mkdir -p .work && dpkg -x "$place"/opensmtpd_*.deb .work/opensmtpd
    rm -rf "$place"
}

# A package's server must not be started on this machine: the tests start their own, elsewhere.
without_services() {
    policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then
        "$@"
        return
    fi
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT INT TERM
    "$@"
    rm -f "$policy"
    trap - EXIT INT TERM
}
apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=120 "$@" >/dev/null 2>&1
}
install() {
    wanted=''
    for need in $1; do
        wanted="$wanted $(packages "$need")"
    done
    say "installing$wanted"
    # shellcheck disable=SC2086  # a list of words
    without_services apt install $wanted && return 0
    apt update
    # shellcheck disable=SC2086
    without_services apt install $wanted && return 0
    # One package that a distribution does not have must not cost us the others.
    for need in $1; do
        # shellcheck disable=SC2046
        "have_$need" || without_services apt install $(packages "$need") || true
    done
}

missing=$(lacking)
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    install "$missing"
    have_opensmtpd || unpack_opensmtpd || true
    missing=$(lacking)
    [ -z "$missing" ] && exit 0
    why='apt-get could not install it'
else
    why='only root can install it, by apt-get'
fi

for need in $missing; do
    say "$need is not here ($why: $(packages "$need")); skipped: $(tests "$need")"
done
if [ "${CI:-}" = true ]; then
    say 'in CI nothing may be skipped'
    exit 1
fi
exit 0
