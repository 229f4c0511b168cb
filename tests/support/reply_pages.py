"""HTML answers as mail programs lay them out. The words are invented, the structure is theirs."""

ANSWER = "My answer second line"

# Every page holds the answer and, marked in the program's own way, the text "Old".
PAGES = {
    "gmail": (
        '<div dir="ltr">My answer<br>second line</div><br><div class="gmail_quote gmail_quote'
        '_container"><div dir="ltr" class="gmail_attr">Am Di., 5. Mai 2026 um 10:00 Uhr schri'
        'eb Ana &lt;<a href="mailto:a@x.example">a@x.example</a>&gt;:<br></div><blockquote cl'
        'ass="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid"><div>Old text'
        "</div></blockquote></div>"
    ),
    "gmail sig": (
        '<div dir="ltr">My answer<br>second line<br clear="all"><div><br></div><span class="g'
        'mail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">Bo Ek</d'
        'iv></div><br><div class="gmail_quote"><div class="gmail_attr">x a@b.c:<br></div><blo'
        'ckquote class="gmail_quote">Old text</blockquote></div>'
    ),
    "gmail inter": (
        '<div dir="ltr"><div class="gmail_quote"><div class="gmail_attr">On Tue, May 5, 2026 '
        'at 10:00 AM Ana &lt;a@x.example&gt; wrote:<br></div><blockquote class="gmail_quote" '
        'style="border-left:1px solid">Old q1</blockquote><div>My answer</div><blockquote cla'
        'ss="gmail_quote" style="border-left:1px solid">Old q2</blockquote><div>second line</'
        "div></div></div>"
    ),
    "gmail old": (
        '<div dir="ltr">My answer<br>second line</div><div class="gmail_extra"><br><div class'
        '="gmail_quote">On Tue, May 5, 2026 at 10:00 AM, Ana <span dir="ltr">&lt;<a>a@x.examp'
        'le</a>&gt;</span> wrote:<br><blockquote class="gmail_quote">Old</blockquote></div></'
        "div>"
    ),
    "gmail fwd": (
        '<div dir="ltr">My answer<br>second line<br><br><div class="gmail_quote"><div class="'
        'gmail_attr">---------- Forwarded message ---------<br>From: Ana<br></div>Old</div></'
        "div>"
    ),
    "owa": (
        '<div>My answer<br>second line</div><div id="appendonsend"></div><hr style="display:i'
        'nline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>Von:</b> Ana<br><b'
        ">Gesendet:</b> Montag</font></div><div>Old</div>"
    ),
    "outlook win": (
        '<div class="WordSection1"><p class="MsoNormal">My answer</p><p class="MsoNormal">sec'
        'ond line<o:p></o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt;paddin'
        'g:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> Ana &lt;a@x.example&gt; <br><'
        'b>Sent:</b> Monday</p></div><p class="MsoNormal">Old</p></div>'
    ),
    "outlook de2": (
        '<div class="WordSection1"><p class="MsoNormal">My answer second line</p><div><div st'
        'yle="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class='
        '"MsoNormal"><b><span>Von:</span></b><span> Ana<br><b>Gesendet:</b> Montag<br><b>An:<'
        "/b> Bo<br><b>Betreff:</b> x</span></p></div></div><p>Old</p></div>"
    ),
    "apple": (
        '<html><head></head><body>My answer<br>second line<br><div><br><blockquote type="cite'
        '"><div>On 5 May 2026, at 10:00, Ana &lt;a@x.example&gt; wrote:</div><br><div>Old</di'
        "v></blockquote></div></body></html>"
    ),
    "ios": (
        '<html><body dir="auto">My answer<br>second line<br><br><div dir="ltr">Sent from my i'
        'Phone</div><div dir="ltr"><br><blockquote type="cite">On 5 May 2026, at 10:00, Ana &'
        'lt;a@x.example&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir'
        '="ltr">Old</div></blockquote></body></html>'
    ),
    "tb": (
        '<p>My answer<br>second line</p><div class="moz-cite-prefix">Am 05.05.26 um 10:00 sch'
        'rieb Ana:<br></div><blockquote type="cite" cite="mid:x"><p>Old</p></blockquote>'
    ),
    "tb bottom": (
        '<div class="moz-cite-prefix">Am 05.05.26 um 10:00 schrieb Ana:<br></div><blockquote '
        'type="cite" cite="mid:x"><p>Old</p></blockquote><p>My answer<br>second line</p><div '
        'class="moz-signature">-- <br>Bo</div>'
    ),
    "yahoo": (
        '<div class="ydp1">My answer<br>second line</div><div id="ydp2yahoo_quoted_1" class="'
        'ydp2yahoo_quoted"><div>On Monday, Ana wrote:</div><div>Old</div></div>'
    ),
    "yahoo2": (
        '<div>My answer<br>second line</div><div class="yahoo_quoted" id="yahoo_quoted_1"><di'
        "v>On Monday, Ana wrote:</div><div>Old</div></div>"
    ),
    "proton": (
        '<div>My answer<br>second line</div><div class="protonmail_signature_block">Sent with'
        ' Proton Mail secure email.</div><div class="protonmail_quote">On Tuesday Ana wrote:<'
        'br><blockquote class="protonmail_quote" type="cite">Old</blockquote></div>'
    ),
    "zimbra": (
        '<div>My answer<br>second line</div><hr id="zwchr" data-marker="__DIVIDER__"><div dat'
        'a-marker="__HEADERS__"><b>From: </b>Ana<br></div><div data-marker="__QUOTED_TEXT__">'
        "Old</div>"
    ),
    "gmx": (
        '<div>My answer<br>second line</div><div name="quote" style="border-left:2px solid #C'
        '3D9E5"><div><b>Gesendet:</b> Montag<br><b>Von:</b> Ana</div><div name="quoted-conten'
        't">Old</div></div>'
    ),
    "zoho": (
        '<div>My answer<br>second line</div><div class="zmail_extra"><div>---- On Tue wrote -'
        "---</div><blockquote>Old</blockquote></div>"
    ),
    "olmac": (
        '<div>My answer<br>second line</div><span id="OLK_SRC_BODY_SECTION"><div>From: Ana</d'
        "iv><div>Old</div></span>"
    ),
    "outlook ios": (
        '<div>My answer<br>second line</div><div class="ms-outlook-mobile-signature">Get <a>O'
        'utlook for iOS</a></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ana</div>Old'
    ),
    "old ol": (
        '<div>My answer<br>second line</div><div class="OutlookMessageHeader"><hr>From: Ana</'
        "div><div>Old</div>"
    ),
    "plain html no marks": (
        "<p>My answer<br>second line</p><p>-----Original Message-----<br>From: Ana</p><p>Old</p>"
    ),
    "notes": (
        "<font>My answer</font><br><font>second line</font><br><br><font size=1 color=#5f5f5f"
        ">From: </font><font size=1>Ana/Acme</font><br><font>To: </font>Bo<br>Date: 05/05/202"
        "6 10:00<br>Subject: Re: x<hr noshade><br>Old"
    ),
    "indent": (
        '<div>My answer</div><blockquote class="gmail_quote" style="margin:0 0 0 40px;border:'
        'none;padding:0px">second line</blockquote><div class="gmail_quote"><div class="gmail'
        '_attr">On Tue, May 5, 2026 Ana &lt;a@x.example&gt; wrote:</div><blockquote class="gm'
        'ail_quote">Old</blockquote></div>'
    ),
    "android": (
        '<div dir="auto">My answer<br>second line</div><br><div class="gmail_quote"><div dir='
        '"ltr">Ana &lt;<a>a@x.example</a>&gt; schrieb am Di., 5. Mai 2026, 10:00:<br></div><b'
        'lockquote class="gmail_quote">Old</blockquote></div>'
    ),
    "samsung": (
        '<div>My answer<br>second line</div><div><br></div><div id="composer_signature"><div '
        'style="font-size:12px">Von meinem Galaxy gesendet</div></div><div><br></div><div sty'
        'le="font-size:100%;color:#000000"><div>-------- Ursprüngliche Nachricht --------</di'
        "v><div>Von: Ana &lt;a@x.example&gt; </div><div>Datum: 05.05.26  10:00  (GMT+01:00) <"
        "/div><div>An: bo@x.example </div><div>Betreff: x </div></div>Old"
    ),
    "table": (
        "<table><tr><td>My answer</td></tr><tr><td>second line</td></tr></table><blockquote t"
        "ype=cite>Old</blockquote>"
    ),
}
