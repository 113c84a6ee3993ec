// The domain of an email address, and the domains in which anyone can get an address.

const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** The part after the last `@`, in lower case. */
export function emailDomain(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1).toLowerCase();
}

/** The domain as it is stored: in lower case, without a leading `@`. `null` when it is not a domain name. */
export function parseDomain(text: string): string | null {
  const domain = text.trim().toLowerCase().replace(/^@/, "");
  return DOMAIN.test(domain) ? domain : null;
}

/** Whether anyone can get an address in this domain or in one above it, so that an address proves nothing. */
export function isPublicMailDomain(domain: string): boolean {
  const labels = domain.split(".");
  return labels.some((_, index) => PUBLIC_MAIL_DOMAINS.has(labels.slice(index).join(".")));
}

/**
 * The well-known providers that give addresses to anyone, and disposable mailboxes. The list cannot be complete. A domain is
 * safe because the person who opens an organization to it must have a verified address there.
 */
const PUBLIC_MAIL_DOMAINS: ReadonlySet<string> = new Set(
  `
  126.com 139.com 163.com 189.cn aliyun.com aol.com att.net bell.net bellsouth.net bigpond.com bluewin.ch
  bol.com.br btinternet.com charter.net comcast.net cox.net daum.net disroot.org duck.com earthlink.net email.com
  email.cz fastmail.com fastmail.fm foxmail.com free.fr freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net
  googlemail.com hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it
  hushmail.com icloud.com ig.com.br inbox.com inbox.lv interia.pl juno.com kakao.com laposte.net libero.it live.ca
  live.co.uk live.com live.de live.fr live.it live.nl mac.com mail.bg mail.com mail.de mail.ee mail.ru mailbox.org
  mailfence.com me.com msn.com naver.com netzero.net ntlworld.com o2.pl onet.pl optonline.net orange.fr
  outlook.co outlook.com outlook.de outlook.es outlook.fr outlook.it pm.me posteo.de posteo.net proton.me
  protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net rocketmail.com rogers.com runbox.com
  sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca simplelogin.com sina.cn sina.com sky.com sohu.com sympatico.ca
  t-online.de talktalk.net telus.net terra.com.br tiscali.it tuta.com tuta.io tutamail.com tutanota.com
  tutanota.de uol.com.br verizon.net virgilio.it virginmedia.com vk.com wanadoo.fr web.de windstream.net wp.pl
  yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br
  yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru yeah.net ymail.com zoho.com zohomail.com
  10minutemail.com 33mail.com anonaddy.com anonaddy.me burnermail.io dispostable.com fakeinbox.com
  getnada.com grr.la guerrillamail.com guerrillamail.net maildrop.cc mailinator.com mailnesia.com mintemail.com
  moakt.com mohmal.com mozmail.com mytemp.email passmail.net relay.firefox.com sharklasers.com spam4.me
  spamgourmet.com temp-mail.org tempmail.com throwawaymail.com trashmail.com yopmail.com
  `
    .trim()
    .split(/\s+/),
);
