"""Domains at which anybody may have an address: they say nothing about who a customer is."""

DOMAINS = """
gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es hotmail.com hotmail.de
hotmail.fr hotmail.es hotmail.co.uk hotmail.it live.com live.de live.fr live.co.uk live.nl
msn.com yahoo.com yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.uk yahoo.co.in yahoo.ca
yahoo.com.br yahoo.co.jp ymail.com rocketmail.com aol.com aol.de icloud.com me.com mac.com
gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.fr gmx.es web.de t-online.de freenet.de arcor.de
posteo.de posteo.net mailbox.org proton.me protonmail.com protonmail.ch pm.me tutanota.com
tutanota.de tuta.io tuta.com fastmail.com fastmail.fm hey.com zoho.com mail.com email.com
usa.com mail.ru yandex.ru yandex.com inbox.ru bk.ru list.ru ukr.net seznam.cz wp.pl o2.pl
onet.pl interia.pl laposte.net orange.fr wanadoo.fr free.fr sfr.fr bbox.fr neuf.fr libero.it
virgilio.it alice.it tiscali.it bluewin.ch hispeed.ch sunrise.ch telefonica.net terra.es
ya.com btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com blueyonder.co.uk
comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
rogers.com shaw.ca sympatico.ca telus.net bigpond.com optusnet.com.au xtra.co.nz qq.com
163.com 126.com sina.com naver.com hanmail.net daum.net rediffmail.com uol.com.br bol.com.br
terra.com.br ig.com.br telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl chello.at
a1.net aon.at mailinator.com duck.com simplelogin.com
"""
FREE_MAIL = frozenset(DOMAINS.split())
