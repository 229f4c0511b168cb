"""The words of what programs and companies hang under a mail: device lines, disclaimers, lists.

Only data stands here, language by language; `quote_tail` knows what to do with it.
"""

# "Sent from my phone" in its languages: how the line begins ...
SENT_BY = (
    "sent from|sent via|sent with|sent by|sent using|sent on|sent through|sent while|from my"
    "|via my|composed on|composed in|written on|typed on|typed with|mailed from"
    "|email sent from|sent wirelessly from|sent securely|posted from|secured with"
    "|sent courtesy of|shared via|gesendet von|gesendet mit|gesendet via|gesendet über"
    "|gesendet aus|gesendet per|versendet mit|verschickt von|von meinem|von unterwegs"
    "|diese nachricht wurde|diese e-mail wurde|mobil gesendet|von unterwegs gesendet"
    "|envoyé depuis|envoyé de|envoyé à partir|envoyé avec|envoyé par|envoyé via|depuis mon"
    "|provenance|enviado desde|enviado con|enviado de|enviado por|enviado vía"
    "|enviado a través|enviado do|enviado pelo|enviado através|enviada do|enviado a partir"
    "|enviado via|desde mi|inviato da|inviato dal|inviato con|inviato tramite|inviato via"
    "|inviata da|spedito da|verzonden vanaf|verzonden met|verzonden via|verzonden van"
    "|verstuurd vanaf|verstuurd met|verstuurd via|verstuurd door|wysłane z|wysłano z"
    "|wysłano za pomocą|wysłane przez|wysłany z|wysłane za|skickat från|skickat med"
    "|skickad från|skickat via|sendt fra|sendt med|sendt via|sendt frå|lähetetty"
    "|lähetetty laitteesta|odesláno z|odesláno pomocí|posláno z|odoslané z|отправлено из"
    "|отправлено с|отправлено со|отправлено через|отправлено от|послано с|надіслано з"
    "|надіслано із|відправлено з|отримано з|изпратено от|从我的|發自我的|发自我的|發自|发自"
    "|来自我的|傳送自|從我的|用我的|iphoneから送信|ipadから送信|androidから送信|からの送信"
    "|나의|내|küldve|az|elküldve a|trimis de pe|trimis din|iphone'umdan|gönderildi|poslano s"
    "|poslano z|poslano iz|saadetud|saatsin|išsiųsta iš|nosūtīts no|εστάλη από|στάλθηκε από"
    "|enviat des|được gửi từ|đã gửi từ|gửi từ|dikirim dari|נשלח מה|أرسلت من"
)

# ... and what it names. One of these, near the beginning, makes it a device line.
DEVICES = (
    "iphon|windows|iphone|ipad|ipod|android|blackberry|samsung|galaxy|huawei|xiaomi|redmi|oneplus|pixel"
    "|nokia|motorola|htc|lg|sony|xperia|nexus|windows phone|windows mail|windows live"
    "|windows 10|windows 11|outlook|hotmail|yahoo|gmail|gmx|aol|proton|protonmail|proton mail"
    "|tutanota|airmail|spark|sparrow|polymail|mailbird|thunderbird|k-9|k9|nine|bluemail"
    "|blue mail|newton|superhuman|acompli|mail\\.ru|yandex|zimbra|mailspring|postbox"
    "|mimestream|hey|front|missive|typeapp|myMail|boxer|touchdown|mobile|mobil|mobilgerät"
    "|mobiltelefon|smartphone|phone|handy|tablet|device|téléphone|portable|móvil|teléfono"
    "|celular|dispositivo|cellulare|telefonino|telefono|telefoon|toestel|telefonu|telefon"
    "|telefonen|puhelimesta|puhelimestani|laitteesta|телефона|смартфона|устройства|мобильного"
    "|mobilu|mobilního|мобільного|手机|手機|スマートフォン|verizon|t-mobile|at&t|vodafone"
    "|telekom|orange|rogers|bell|optus|telstra|three|o2|1&1|web\\.de|freenet|laptop|mac"
    "|macbook|apple|watch|surface|mail for windows|mail app|webmail|roundcube|usenet|siri"
    "|carplay|ios|pda"
)

# Adverts that stand beside such a line.
ADVERTS = (
    "get outlook for|get the outlook|download outlook|outlook für|outlook for ios"
    "|outlook for android|outlook pour|télécharger outlook|téléchargez outlook"
    "|obtenir outlook|obtener outlook|obtén outlook|descargar outlook|consiga outlook"
    "|scarica outlook|ottieni outlook|obter o outlook|obtenha o outlook|baixe o outlook"
    "|outlook voor|download outlook voor|pobierz program outlook|pobierz outlook"
    "|uzyskaj aplikację outlook|hämta outlook|skaffa outlook|hent outlook|få outlook"
    "|last ned outlook|hanki outlook|získat outlook|získajte outlook|stáhnout outlook"
    "|скачать outlook|загрузить outlook|получить outlook|获取 outlook|取得 outlook"
    "|outlook を入手|下载 outlook|yahoo mail: search, organize, conquer|yahoo mail para"
    "|get the all-new yahoo|do you yahoo|avast|virus-free|virenfrei|sans virus|libre de virus"
    "|privo di virus|virusvrij|livre de vírus|this email has been checked for viruses"
    "|get your free|get free email|your e-mail. more secure|please consider the environment"
    "|bitte denken sie an die umwelt|pensez à l'environnement|before printing"
    "|antes de imprimir|prima di stampare|denk aan het milieu|please excuse typos"
    "|please excuse brevity|excuse my brevity|excuse any typos|excuse the brevity"
    "|please excuse the brevity|please excuse my brevity|entschuldigen sie die kürze"
    "|bitte entschuldigen sie|désolé pour la brièveté|veuillez excuser ma brièveté"
    "|disculpe la brevedad|por favor disculpe"
)

# Two of these in one paragraph make it a disclaimer; a gateway's banner needs one.
DISCLAIMERS = (
    "confidential|privileged|intended recipient|intended solely|intended only"
    "|solely for the use|received this|in error|unauthorized|unauthorised|strictly prohibited"
    "|notify the sender|delete this|delete it|any attachments|disclosure|legally binding"
    "|registered office|vertraulich|irrtümlich|unbefugte|nicht der richtige adressat"
    "|vernichten|informieren sie|rechtlich geschützt|nicht der beabsichtigte|nicht gestattet"
    "|ausschließlich für|löschen sie|confidentiel|destinataire|par erreur|expéditeur"
    "|toute utilisation|détruire|interdite|confidencial|destinatario|por error|notifique"
    "|prohibida|remitente|elimin|exclusivo|riservat|destinatari|per errore|vietat|mittente"
    "|cancellar|confidenziale|destinatário|por engano|proibida|remetente|apague|sigilos"
    "|vertrouwelijk|geadresseerde|bestemd|per abuis|abusievelijk|afzender|verwijder|verboden"
    "|poufn|adresat|omyłkowo|nadawc|usunięcie|zabronione|konfidentiell|mottagare|avsändaren"
    "|av misstag|fortrolig|modtager|afsender|ved en fejl|mottaker|avsender|ved en feil"
    "|luottamuksell|vastaanottaj|důvěrn|příjemc|odesílatel|omylem|конфиденциальн|получател"
    "|отправител|по ошибке|機密|受信者|誤って|机密|收件人|误"
)
BANNERS = (
    "this email originated from outside|this message originated from outside|external email"
    "|email originated outside|external sender|this message came from outside"
    "|use caution when opening|do not click links or open attachments"
    "|don't often get email from|diese e-mail kommt von extern"
    "|diese e-mail stammt von außerhalb|externe e-mail|externe absender"
    "|cet e-mail provient de l'extérieur|courriel externe|este correo proviene de fuera"
    "|correo externo|email esterna|deze e-mail is afkomstig van buiten"
    "|learn why this is important"
)
DISCLAIMER_OPENERS = (
    "this e-mail|this email|this message|the information|the content|the contents"
    "|confidentiality|disclaimer|notice:|important notice|important:|legal notice|privileged"
    "|if you are not|caution|warning|[external|external|diese e-mail|diese mail"
    "|diese nachricht|der inhalt|die information|vertraulichkeit|wichtiger hinweis|hinweis:"
    "|ce message|ce courriel|cet e-mail|cet email|ce mail|les informations|avertissement"
    "|este mensaje|este correo|este e-mail|la información|aviso|questo messaggio"
    "|questa e-mail|questa email|le informazioni|il contenuto|avviso|esta mensagem"
    "|as informações|deze e-mail|dit bericht|dit e-mailbericht|de informatie|de inhoud"
    "|ta wiadomość|niniejsza|treść|informacje|detta meddelande|detta e-post|denne e-mail"
    "|denne e-post|denne meddelelse|denne meldingen|tämä viesti|tämä sähköposti|tato zpráva"
    "|tento e-mail|toto|это сообщение|данное|настоящее|информация|このメール|本メール|本邮件"
    "|此邮件|本電子郵件"
)

# Footers of mailing lists and trackers: from here on nothing is the writer's.
LISTS = (
    "you received this message because|you are receiving this because|you're receiving this"
    "|to unsubscribe|unsubscribe:|to post to this group|for more options, visit|visit my web"
    "|to view this discussion|to reply to this email|reply to this email directly"
    "|list-unsubscribe|mailing list|manage your subscription|view it on github"
    "|mute the thread|reply here|hit reply from your inbox|to respond, reply to this email"
    "|visit topic|sie erhalten diese nachricht|um sich abzumelden|vous recevez ce message"
    "|pour vous désinscrire|recibes este mensaje|has recibido este mensaje|para darte de baja"
    "|hai ricevuto questo messaggio|per annullare|você recebeu esta mensagem"
    "|u ontvangt dit bericht|para cancelar"
)
