"""Replies as people write them, by the verb they ask for: a table, a line each."""

REPLIES: dict[str, str] = {
    "accept": """
        ACCEPT
        accept
        Accept.
        **ACCEPT**
        _accept_
        `ACCEPT`
        # ACCEPT
        - ACCEPT
        ACCEPT!!!
        accept :)
        Accepted
        accepted, thanks
        I accept
        I accept this case
        accept it
        accept, update by 16:00
        ACCEPT update by tomorrow 3pm next: call the customer
        ACCEPT next: ask for logs by tomorrow, update by 16:00
        ACCEPT for Ana
        ACCEPT owner: Ana
        ACCEPT ACME-1042-1
        Accept, update by Tue, 24.11., 16:00, next: call
        accept, will call them now
        ACCEPT, calling by phone
        accept by Monday noon
        ok
        OK.
        Okay, thanks
        yes
        Yes!
        yep
        sure
        Sure thing
        of course
        yes, I can
        I can
        mine
        Mine!
        It's mine
        this one is mine
        got it
        Got it, thanks
        Got it, thank you!
        on it
        On it!
        I'm on it
        I’m on it now
        👍
        👍🏽
        👍👍
        👍 on it
        ✅
        will do
        I'll take it
        I'll take this one
        Thanks, I'll take this one from here
        Thanks Maya, I'll take it
        I will handle this
        happy to take this one
        Let me take this
        I'm taking this
        taking it
        leave it with me
        I'll pick it up
        I'll take it over right away
        I'll own this
        Sounds good, I'll take it
        ok I'll take it
        Yes I'll take it by 3pm
        Hi Deskless, ACCEPT
        Hello, I accept
        acept
        accpet
        accetp
        acccept
        ja
        Ja, mach ich
        Ja gerne
        jawohl
        mache ich
        mach ich gleich
        übernehme ich
        Ich übernehme
        ich übernehme das gerne
        uebernehme ich bis morgen 15 Uhr
        Das übernehme ich
        nehme ich an
        ich nehme das an
        Ich nehme den Fall an
        angenommen
        akzeptiert
        annehmen
        ich kümmere mich darum
        kümmere mich drum
        bin dran
        Bin dran, Update bis 16 Uhr
        geht klar
        meins
        wird gemacht
        in Ordnung
        ACCEPT für Ana
        Angenommen. Nächster Schritt: Kunden anrufen. Update bis morgen Mittag
        Hallo zusammen, übernehme ich
        oui
        Oui, merci
        j'accepte
        J’accepte ce dossier
        je prends
        je prends le dossier
        je m'en occupe
        Oui je m'en occupe, mise à jour avant lundi midi
        je m'en charge tout de suite
        je le prends en charge
        d'accord
        d'accord, je prends
        c'est pour moi
        ça marche
        je suis dessus
        bien sûr
        Bonjour, j'accepte
        sí
        Si
        acepto
        Acepto el caso
        Acepto, actualización antes de mañana a las 15
        aceptado
        me encargo
        yo me encargo
        me encargo yo, gracias
        vale
        Vale, me encargo yo
        lo tomo yo
        me lo quedo
        es mío
        estoy en ello
        de acuerdo
        claro
        Hola, acepto
    """,
    "bounce": """
        BOUNCE
        bounce
        Bounce.
        boucne
        bounce to Ana
        bounce to Ana because she knows them
        BOUNCE -> Ana
        bounce→Ana
        BOUNCE to Ana López, wrong team
        bounce because I am on leave
        bounce: not enough information
        bounce, this is for billing
        no
        No.
        nope
        no thanks
        No, wrong team
        No, ask Ana
        👎
        not mine
        Not mine.
        not mine – try Ana
        Not mine, this is a billing question
        Sorry, not mine – try Ana
        not for me
        that's not mine
        this isn't mine
        decline
        I decline
        need: logs
        need more info about the invoice
        I need more details
        missing information
        missing logs
        not enough info
        should not be escalated
        this should not have been escalated
        not an escalation
        no escalation needed
        duplicate
        duplicate of ACME-1041-1
        wrong person
        wrong owner
        wrong team, try Ana
        try Ana
        ask Ana please
        this is for Ana
        nein
        Nein, danke
        Nein, an Ana
        nicht meins
        nicht meins, frag Ana
        Nicht mein Bereich
        ablehnen
        lehne ich ab
        ich lehne ab
        nicht zuständig
        bin ich nicht zuständig
        falsche Abteilung
        falsche Abteilung, bitte an Ana
        falsche Person
        brauche mehr Infos zum Vertrag
        brauche: Logs
        es fehlen Informationen
        keine Eskalation
        sollte nicht eskaliert werden
        Duplikat von ACME-1041-1
        non
        Non, merci
        pas moi
        pas pour moi
        pas moi, voyez avec Ana
        ce n'est pas pour moi
        je refuse
        mauvaise équipe
        mauvaise personne, demandez à Ana
        il manque des infos
        besoin de plus d'informations
        pas une escalade
        doublon de ACME-1041-1
        c'est pour Ana
        no es mío
        no es mío, prueba con Ana
        no es para mí
        no me toca
        rechazo
        rechazar
        persona equivocada
        equipo equivocado
        falta información
        necesito más información
        no es una escalación
        duplicado de ACME-1041-1
    """,
    "later": """
        LATER
        later
        latre
        later, in a meeting
        later until tomorrow 9
        LATER until Monday noon
        snooze
        snooze until 3pm
        not now
        not before Monday
        can't until tomorrow
        remind me tomorrow
        später
        Später, bin im Meeting
        nicht vor 15 Uhr
        jetzt nicht
        plus tard
        pas avant demain 9h
        pas maintenant
        más tarde
        ahora no
        no antes de mañana
    """,
    "note": """
        NOTE customer called again
        Note: she called
        note - she called
        Notiz: hat angerufen
        remarque : elle a appelé
        nota: ha llamado
    """,
    "status": """
        STATUS
        status
        status?
        Status please
        status ACME-1042-1
        stauts
        Stand
        statut
        estado
        what's the status?
    """,
    "ledger": """
        LEDGER
        ledger please
        ledgre
        Übersicht
        registre
        lista
    """,
    "send": """
        SEND
        send
        Send it
        send as is
        senden
        so senden
        envoyer
        enviar
        approved
        please send
    """,
    "resolved": """
        RESOLVED
        resolved: patched the billing job
        Resolved - customer confirmed
        done
        fixed
        resloved
        erledigt
        Erledigt: Rechnung korrigiert
        gelöst
        résolu
        c'est réglé
        resuelto
        hecho
    """,
    "close": """
        CLOSE
        close it
        close ACME-1042-1
        close because customer confirmed
        please close
        schließen
        clôturer
        cerrar
    """,
    "reopen": """
        REOPEN
        re-open
        reopen: it is back
        wieder öffnen
        rouvrir
        reabrir
    """,
    "undo": """
        UNDO
        undo that
        rückgängig
        annuler
        deshacer
    """,
    "help": """
        HELP
        help
        ?
        help?
        Hilfe
        aide
        ayuda
    """,
    "escalate": """
        ESCALATE
        escalate this
        please escalate this
        ESCALATE reason: furious customer. tried: reset
        escalate because they threaten to leave
        Escalate the customer is furious
        eskalieren: Kunde droht mit Kündigung
        escalader
        escalar
    """,
    "progress": """
        progress: patch written
        blocker: waiting for the vendor
        Zwischenstand: Patch fertig
        avancement : correctif prêt
        progreso: parche listo
    """,
    "code": """
        K7QF2M
        483920
        code: 483 920
        my code is k7qf2m
        48392055
    """,
    "go": """
        GO
        go live
        freischalten
    """,
    "live": """
        LIVE refund-over-500
        live vip-angry
        go live refund-over-500
    """,
    "right": """
        RIGHT 2
        right 1, 2 and 4
        2 right
        richtig 3
    """,
    "wrong": """
        WRONG 3
        wrong 3 because not angry
        falsch 1
        3. wrong
    """,
    "join": """
        JOIN 9
        join ACME-1041-1
    """,
    "stop": """
        STOP WEEKLY
        stop the weekly mail
        unsubscribe
    """,
}
