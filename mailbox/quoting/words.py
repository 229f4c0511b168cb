"""The words by which mail programs mark what they quote, language by language.

Only data stands here. A new language is a new row: the labels of a header block, the verbs of an
attribution line ("... wrote:"), and the titles above a quoted or forwarded mail. Everything is
compared in lower case with its accents kept.
"""

FROM, DATE, TO, SUBJECT, CC, OTHER = "from", "date", "to", "subject", "cc", "other"

# Labels of a quoted header block as (from | date | to | subject | cc). Programs mix languages in
# one block (Gmail keeps English beside "Von:"), so the rows are looked up all together.
LABELS: dict[str, str] = {
    "en": "from | date, sent, sent at, sent on, date sent | to | subject | cc, bcc, copy to",
    "de": "von | gesendet, datum, gesendet am | an | betreff | kopie, kopie (cc), cc",
    "fr": "de, de la part de, expéditeur, exp | envoyé, envoyé le, date d'envoi, message du, date"
    " | à, a, pour, destinataire, envoyé à | objet, sujet | copie, copie à, cc, cci",
    "es": "de, desde | enviado, enviado el, enviada el, fecha, fecha de envío"
    " | para, a, enviado a | asunto | copia, cc",
    "it": "da, mittente | inviato, inviato il, data, data invio | a, destinatario | oggetto | cc",
    "pt": "de | enviado, enviada, enviado em, enviada em, enviado a, enviada a, data, data de envio"
    " | para | assunto | cópia, cc",
    "nl": "van, afzender | verzonden, verzonden op, datum | aan | onderwerp | cc, kopie",
    "pl": "od, nadawca | wysłano, wysłane, wysłany, data, data wysłania"
    " | do, adresat | temat | dw, udw, kopia, do wiadomości",
    "sv": "från | skickat, datum, skickades | till | ämne | kopia",
    "da": "fra | sendt, dato, sendt den | til | emne | cc, kopi",
    "no": "fra | sendt, dato | til | emne, tittel | kopi",
    "fi": "lähettäjä | lähetetty, päivämäärä, päiväys, pvm"
    " | vastaanottaja, vast.ott | aihe | kopio",
    "cs": "od, odesílatel | odesláno, datum, odesláno dne | komu, pro, adresát | předmět | kopie",
    "sk": "od, odosielateľ | odoslané, dátum, odoslaná | komu, pre | predmet | kópia",
    "ru": "от, от кого, отправитель | отправлено, дата, отправка | кому, получатель | тема | копия",
    "uk": "від, від кого | відправлено, надіслано, дата | кому | тема | копія",
    "bg": "от | изпратено, дата | до, на | относно, тема | копие",
    "ja": "差出人, 送信者, 送信元, from | 送信日時, 日時, 日付, 送信, date"
    " | 宛先, 送信先, to | 件名, 題名 | cc",
    "zh": "发件人, 寄件人, 寄件者, 发信人, 發件人 | 发送时间, 日期, 时间, 寄件日期,"
    " 傳送時間, 發送時間, 发送日期, 寄件時間, 送件日期"
    " | 收件人, 收件者, 收信人 | 主题, 主旨, 主題 | 抄送, 副本, 密送",
    "ko": "보낸 사람, 보낸사람, 발신인 | 보낸 날짜, 보낸날짜, 날짜 | 받는 사람, 받는사람, 수신인"
    " | 제목 | 참조",
    "hu": "feladó, küldő | elküldve, dátum, küldve | címzett | tárgy | másolat, másolatot kap",
    "ro": "de la, expeditor | trimis, data, dată, trimis la | către, catre, destinatar,"
    " destinatarul | subiect, subiectul | cc",
    "tr": "kimden, gönderen | gönderildi, gönderilen, gönderme tarihi, tarih | kime, alıcı"
    " | konu | bilgi",
    "hr": "od, šalje, pošiljatelj | poslano, datum | za, prima, komu | predmet, naslov | kopija",
    "sl": "od, pošiljatelj | poslano, datum | za | zadeva | kp",
    "et": "saatja, kellelt | saadetud, kuupäev | saaja, adressaat, kellele | teema | koopia",
    "lt": "nuo, siuntėjas | išsiųsta, data | kam, gavėjas | tema | kopija",
    "lv": "no, sūtītājs | nosūtīts, datums | kam | temats, tēma | kopija",
    "el": "από | στάλθηκε, ημερομηνία | προς | θέμα | κοιν",
    "ca": "de | enviat, data | per a, a | assumpte | a/c",
    "vi": "từ | đã gửi, ngày | đến, tới | chủ đề, tiêu đề | cc",
    "id": "dari | dikirim, tanggal | kepada, ke | subjek, perihal | cc",
    "he": "מאת | נשלח, תאריך | אל | נושא, הנדון | עותק",
    "ar": "من | تاريخ الإرسال, التاريخ | إلى | الموضوع | نسخة",
}

# Lines that may stand inside a block without telling what we look for.
EXTRAS = (
    "reply-to, reply to, organization, organisation, importance, priority, sensitivity"
    ", attachments, attach, cc list, mailed by, signed-by, mailed-by, sent by, message-id"
    ", in reply to, antwort an, antworten an, gesendet von, wichtigkeit, priorität, anlagen"
    ", bis, répondre à, pièces jointes, responder a, responder para, importancia, adjuntos"
    ", datos adjuntos, anexos, prioridade, importância, rispondi a, risposta, priorità"
    ", allegati, antwoord aan, urgentie, bijlagen, odpowiedź-do, odpowiedź do, ważność"
    ", załączniki, svara till, prioritet, bilagor, svar til, vedhæftede filer, vedlegg"
    ", vastaus, vastausosoite, tärkeys, liitteet, odpověď na, důležitost, přílohy"
    ", odpovedať-pre, ответ-кому, ответить, важность, вложения, кому відповісти, важливість"
    ", вкладення, 返信先, 重要度, 添付ファイル, 重要性, 附件, 回复至, 回覆地址, 중요도, 첨부"
    ", válaszcím, fontosság, răspuns către, yanıt adresi, odgovori na, via"
)

# Attribution lines ("On ..., Ana wrote:"). Phrases of several words may be split over lines.
VERBS = (
    "napisana przez|napisao/la|wrote|writes|has written|said|sent|schrieb|schrieben"
    "|hat geschrieben|a écrit|écrit|a ecrit|escribió|escribio|ha escrito|escribiste"
    "|ha scritto|scrive|escreveu|schreef|geschreven|verzond|napisał|napisała|napisał\\(a\\)"
    "|napisał/a|pisze|skrev|skrev følgende|kirjoitti|napsal|napsala|napsal\\(a\\)|píše"
    "|napísal|napísala|napísal\\(a\\)|написал|написала|написал\\(а\\)|пишет|писал|писала"
    "|написав|написав\\(ла\\)|пише|написа|のメール|のメッセージ|が書きました|は書きました"
    "|さんは書きました|書きました|写道|寫道|编写|編寫|写到|作成|작성|님이 작성|님이 씀"
    "|ezt írta|írta|a scris|şunu yazdı|şunları yazdı|yazdı|đã viết|έγραψε|je napisao"
    "|je napisala|napisao|napisala|napisao je|je napisal|va escriure|kirjutas|rašė|rakstīja"
    "|menulis|כתב|כתבה|כתב/ה|كتب"
)

# How such a line begins, where it does not begin with a date or a name.
OPENERS = (
    "wiadomość napisana przez|on|at|in article|in message|am|der|die|den|le|el|il|il giorno"
    "|em|no dia|op|w dniu|dnia|på|pe|dne|dňa|dana|la data de|în|în data|tarihinde|vào|vào lúc"
    "|ngày|ha|σ|στις|la|ke|kl|kohta|в|від|у|از|ב|בתאריך|في|pada|tanggal|el dia|el día"
    "|в сообщении|quoting|zitat von|zitiere|citando a|citando|citation de|citat från|citerar"
    "|在|於|于"
)

# Titles of a quoted mail; dashes stand round them ("-----Original Message-----").
ORIGINALS = (
    "original message|original email|original|original appointment|reply message|reply"
    "|message|ursprüngliche nachricht|originalnachricht|original-nachricht|original nachricht"
    "|antwort nachricht|message d'origine|message original|message d’origine"
    "|courriel original|mensaje original|messaggio originale|messaggio di risposta"
    "|mensagem original|oorspronkelijk bericht|origineel bericht|oorspronkelijk e-mailbericht"
    "|oryginalna wiadomość|wiadomość oryginalna|treść oryginalnej wiadomości"
    "|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|oprindelig besked"
    "|opprinnelig melding|original melding|alkuperäinen viesti|původní zpráva|původní e-mail"
    "|pôvodná správa|исходное сообщение|первоначальное сообщение|оригинал сообщения"
    "|оригінальне повідомлення|вихідне повідомлення|оригинално съобщение|元のメッセージ"
    "|オリジナルメッセージ|original mail|原始邮件|原始郵件|原郵件|邮件原件|原邮件|원본 메시지"
    "|원본 메일|eredeti üzenet|mesajul original|mesaj original|orijinal ileti|orijinal mesaj"
    "|izvorna poruka|originalna poruka|izvirno sporočilo|algne kiri|algne teade"
    "|originalus laiškas|αρχικό μήνυμα|missatge original|tin nhắn gốc|pesan asli|הודעה מקורית"
    "|الرسالة الأصلية"
)

# Titles of a forwarded mail. Apple and MailMate end them with a colon, the others use dashes.
FORWARDS = (
    "begin forwarded message|forwarded message|forwarded email|forwarded mail"
    "|start forwarded message|forwarded message follows|fwd|fwd message"
    "|original forwarded message|začátek přeposílané zprávy|přeposlaná zpráva"
    "|přeposlaný e-mail|předávaná zpráva|start på videresendt besked|videresendt meddelelse"
    "|videresendt besked|videresendt e-mail|anfang der weitergeleiteten nachricht"
    "|anfang der weitergeleiteten e-mail|weitergeleitete nachricht|weitergeleitete e-mail"
    "|weitergeleitete mail|inicio del mensaje reenviado|mensaje reenviado"
    "|comienzo del mensaje reenviado|välitetty viesti alkaa|edelleenlähetetty viesti"
    "|välitetty viesti / fwd.msg|välitetty viesti|début du message réexpédié"
    "|début du message transféré|message transmis|message transféré|message réexpédié"
    "|courriel transféré|e-mail transféré|započni proslijeđenu poruku|proslijeđena poruka"
    "|početak proslijeđene poruke|továbbított levél kezdete|továbbított üzenet"
    "|továbbított levél|inizio messaggio inoltrato|messaggio inoltrato"
    "|begin doorgestuurd bericht|doorgestuurd bericht|begin van doorgestuurd bericht"
    "|videresendt melding|start på videresendt melding|początek przekazywanej wiadomości"
    "|przekazana wiadomość|treść przekazanej wiadomości|wiadomość przesłana dalej"
    "|wiadomość przekazana|przesłana dalej wiadomość|início da mensagem reencaminhada"
    "|início da mensagem encaminhada|mensagem reencaminhada|mensagem encaminhada"
    "|mensaxe reenviada|missatge reenviat|începe mesajul redirecționat|mesaj redirecționat"
    "|mesaj redirectionat|mesaj retransmis|начало переадресованного сообщения"
    "|пересылаемое сообщение|перенаправленное сообщение|пересланное сообщение"
    "|переадресованное сообщение|начало пересылаемого сообщения|začiatok preposlanej správy"
    "|preposlaná správa|preposlaná správa --- forwarded message|vidarebefordrat mejl"
    "|vidarebefordrat meddelande|vidarebefordrat brev|början på vidarebefordrat meddelande"
    "|börja vidarebefordrat meddelande|ileti başlangıcı|iletilmiş mesaj|iletilen ileti"
    "|yönlendirilen ileti|iletilen mesaj|початок листа, що пересилається"
    "|перенаправлене повідомлення|переслане повідомлення|メッセージを転送"
    "|転送されたメッセージ|転送メッセージ|転送されたメール|以下は転送されたメッセージです"
    "|转发邮件信息|转发的邮件|已转发邮件|轉寄郵件|轉寄的郵件|被转发邮件信息|开始转发的邮件"
    "|下面是被转发的邮件|전달된 메시지|전달된 메일|препратено съобщение|προωθημένο μήνυμα"
    "|edastatud kiri|edastatud sõnum|posredovano sporočilo|persiųstas laiškas|pārsūtītā ziņa"
    "|tin nhắn được chuyển tiếp|pesan terusan|הודעה שהועברה|رسالة معاد توجيهها"
)

# Lotus Notes and friends: "----- Forwarded by Ana/Acme on 03/02/2016 -----".
FORWARDED_BY = (
    "forwarded by|weitergeleitet von|transféré par|transmis par|reenviado por|inoltrato da"
    "|encaminhado por|doorgestuurd door|przesłane przez|przekazane przez|vidarebefordrat av"
    "|videresendt af|videresendt av|välittänyt|přeposlal|переслано"
)

# Subject prefixes that say "forwarded" and those that say "answer".
FORWARD_PREFIXES = (
    "fwd|fw|wg|weitergeleitet|rv|tr|i|enc|res-enc|vs|pd|vb|vl|videresend|videresendt|ilt|i̇lt"
    "|i̇let|redir|redir.|doorst|fs|trs|továbbítás|tov|továbbítva|转发|轉寄|转|轉|転送|전달"
    "|пер|пересл|прв|fwd.|fw.|enc.|προωθ|πρθ|inoltro|vidarebefordrat|välitetty"
    "|przekazano|переадресовано|fyi fw|fw-|edasi"
)
REPLY_PREFIXES = (
    "re|aw|antw|antwort|antwoord|sv|vs|ref|rép|rep|réf|r|rif|res|odp|odg|ynt|yan|vá|回复|回覆"
    "|答复|答覆|回信|返信|답장|회신|отв|ответ|на|відп|atb|ats|bls|blt|σχετ|απ|hv|pre"
    "|re\\[\\d+\\]"
)

# "Write your answer above this line", as help desks put it.
ABOVE = (
    "above this line|above the line|above this message|oberhalb dieser zeile"
    "|über dieser zeile|oberhalb dieser linie|über dieser linie|au-dessus de cette ligne"
    "|encima de esta línea|por encima de esta linea|arriba de esta línea|sobre esta línea"
    "|sopra questa linea|sopra questa riga|acima desta linha|boven deze lijn|boven deze regel"
    "|powyżej tej linii|powyżej tego wiersza|ovanför den här raden|ovanför denna rad"
    "|over denne linje|ovenfor denne linje|over denne linjen|tämän rivin yläpuolelle"
    "|nad tento řádek|nad tuto čáru|выше этой линии|над этой чертой|この行より上|この線より上"
    "|此行上方|在此行之上"
)
