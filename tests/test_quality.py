"""Which pages are no article, of what kind an article is, how good its record: small pages, each with the verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scraper import extract, tables
from scraper.errors import ExtractError
from scraper.extract import kinds, phrases, quality
from scraper.extract.facts import Facts
from scraper.models import Article, Block, Hop, Kind, Page
from tests.pages import NOON, TEXT, html, page

HTML = (("content-type", "text/html; charset=utf-8"),)
STORY = "https://www.mercury.example/local/2026/10/some-story-8812345.html"
HEADLINES = (
    "Ferry crew walks out over rotas",
    "Old mill to become a school",
    "Three goals in nine minutes",
    "Beavers return to the river",
    "Bread prices compared in town",
    "Hospital opens a night clinic",
    "The man who repairs bells",
    "Rail fares frozen for a year",
)
DEKS = (
    "Talks ended after four hours without agreement on Tuesday night.",
    "The county has found a use for the building that has stood empty since 1998.",
    "A late run gave the home side its first win of the season.",
    "Wardens counted two families and eleven dams along the upper river.",
    "We bought bread in thirteen towns and found a gap of almost two pounds.",
    "Patients can be seen until two in the morning from next month.",
    "For a living he listens to cracks, and he has never been wrong.",
    "The minister said that the pause would cost forty million a year.",
)
DATED = (
    '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-03-01T06:00Z">'
)


def made(title: str, body: str, url: str = STORY, head: str = "", *, language: str = "en", **more: Any) -> Page:
    """A page with navigation above and an imprint below."""
    markup = (
        f'<html lang="{language}"><head><title>{title}</title>{head}</head><body>'
        '<nav><a href="/">Home</a><a href="/local">Local</a><a href="/sport">Sport</a></nav>'
        f"<main>{body}</main><footer><a href='/imprint'>Imprint</a></footer></body></html>"
    )
    return replace(Page(url, markup.encode(), 200, HTML, NOON), **more)


def bare(title: str, body: str, language: str = "en") -> Page:
    """A page with nothing around its text."""
    markup = f'<html lang="{language}"><head><title>{title}</title></head><body>{body}</body></html>'
    return Page(STORY, markup.encode(), 200, HTML, NOON)


def cards(tag: str = "article") -> str:
    """Eight teasers, each a linked headline and a sentence."""
    return "".join(
        f'<{tag} class="card"><h3><a href="/local/{number}-story.html">{headline}</a></h3><p>{dek}</p></{tag}>'
        for number, (headline, dek) in enumerate(zip(HEADLINES, DEKS, strict=True))
    )


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def refused(told: Page) -> ExtractError:
    with pytest.raises(ExtractError) as caught:
        extract.article(told)
    return caught.value


# --- pages that are no article ------------------------------------------------

MISSING = [  # language, title, what it says
    ("en", "Tagesblatt", "Sorry, there is no page at this address. Perhaps it was deleted, or the link is wrong."),
    (
        "de",
        "Nicht gefunden | Tagesblatt",
        "Die Seite, die Sie aufrufen wollten, haben wir nicht gefunden. Bitte prüfen Sie die Adresse.",
    ),
    ("fr", "Page non trouvée | Tagesblatt", "Désolé, nous ne trouvons pas la page que vous avez demandée."),
    ("es", "Página no encontrada", "Lo sentimos, no hemos encontrado la página que buscas."),
    ("it", "Tagesblatt - Errore 404", "Ci dispiace, la pagina richiesta non è disponibile."),
    ("pt", "Página não encontrada", "Lamentamos, mas a página que procura não existe."),
    ("nl", "Pagina niet gevonden - Tagesblatt", "Sorry, deze pagina kunnen we niet vinden."),
    ("sv", "Sidan hittades inte", "Tyvärr hittar vi inte sidan du letar efter."),
    ("da", "Siden findes ikke", "Beklager, siden findes ikke længere."),
    ("no", "Fant ikke siden", "Beklager, vi finner ikke siden du leter etter."),
    ("fi", "Sivua ei löytynyt", "Valitettavasti hakemaasi sivua ei löytynyt."),
    ("pl", "Nie znaleziono strony", "Przepraszamy, strona której szukasz nie istnieje."),
    ("cs", "Stránka nenalezena", "Omlouváme se, požadovaná stránka nebyla nalezena."),
    ("sk", "Stránka sa nenašla", "Ľutujeme, požadovaná stránka neexistuje."),
    ("hu", "Az oldal nem található", "Sajnáljuk, a keresett oldal nem található."),
    ("ro", "Pagina nu a fost găsită", "Ne pare rău, pagina pe care o cauți nu există."),
    ("bg", "Страницата не е намерена", "Съжаляваме, търсената от вас страница не съществува."),
    ("ru", "404", "К сожалению, такой страницы нет на нашем сайте."),
    ("uk", "Сторінку не знайдено", "На жаль, сторінка, яку ви шукаєте, не існує."),
    ("el", "Η σελίδα δεν βρέθηκε", "Λυπούμαστε, η σελίδα που αναζητάτε δεν υπάρχει."),
    ("tr", "Sayfa Bulunamadı", "Üzgünüz, aradığınız sayfayı bulamadık."),
    ("ar", "الصفحة غير موجودة", "نأسف، الصفحة التي تحاول الوصول إليها غير موجودة."),
    ("he", "הדף לא נמצא", "מצטערים, הדף שחיפשת לא נמצא."),
    ("fa", "صفحه یافت نشد", "متاسفانه صفحه مورد نظر شما پیدا نشد."),
    ("hi", "पेज नहीं मिला", "क्षमा करें, आप जिस पेज को खोज रहे हैं वह मौजूद नहीं है।"),
    ("id", "Halaman tidak ditemukan", "Maaf, halaman yang Anda cari tidak tersedia."),
    ("vi", "Không tìm thấy trang", "Rất tiếc, trang bạn tìm không tồn tại."),
    ("th", "ไม่พบหน้าที่ค้นหา", "ขออภัย ไม่พบหน้าที่คุณค้นหา"),
    ("ja", "ページが見つかりません", "申し訳ございません。お探しのページは移動または削除された可能性があります。"),
    ("ko", "페이지 없음", "죄송합니다. 요청하신 페이지를 찾을 수 없습니다."),
    ("zh", "404", "很抱歉，您要访问的页面找不到了。"),
]


@pytest.mark.parametrize(("language", "title", "said"), MISSING)
def test_a_soft_404_is_missing_in_every_language(language: str, title: str, said: str) -> None:
    assert refused(made(title, f"<h1>{title}</h1><p>{said}</p>", language=language)).reason == "missing"


@pytest.mark.parametrize(("language", "title", "said"), MISSING)
def test_teasers_below_do_not_make_a_soft_404_an_article(language: str, title: str, said: str) -> None:
    assert refused(made(title, f"<h1>{title}</h1><p>{said}</p>{cards()}", language=language)).reason == "missing"


CONSENT = [  # language, heading, what it says, the button
    (
        "en",
        "Your data, your decision",
        "We and our 133 partners use cookies to personalise ads. You may change your decision at any time.",
        "Agree",
    ),
    (
        "de",
        "Willkommen bei Tagesblatt",
        "Wir und unsere 133 Partner verwenden Cookies, um Anzeigen zu personalisieren. Sie können Ihre Entscheidung jederzeit widerrufen.",
        "Zustimmen",
    ),
    (
        "fr",
        "Bienvenue",
        "Nos 133 partenaires et nous utilisons des cookies pour personnaliser la publicité. Vous pouvez changer d’avis à tout moment.",
        "Accepter",
    ),
    (
        "es",
        "Bienvenido",
        "Nosotros y nuestros 133 socios usamos cookies para personalizar los anuncios. Puede cambiar de opinión en cualquier momento.",
        "Aceptar",
    ),
    (
        "it",
        "Benvenuto",
        "Noi e i nostri 133 partner utilizziamo i cookie per personalizzare gli annunci. Puoi cambiare idea in qualsiasi momento.",
        "Accetta",
    ),
    (
        "pt",
        "Bem-vindo",
        "Nós e os nossos 133 parceiros usamos cookies para personalizar anúncios. Pode mudar de opinião a qualquer momento.",
        "Aceitar",
    ),
    (
        "nl",
        "Welkom",
        "Wij en onze 133 partners gebruiken cookies om advertenties te personaliseren. Je kunt je keuze altijd wijzigen.",
        "Akkoord",
    ),
    (
        "sv",
        "Välkommen",
        "Vi och våra 133 partner använder cookies för att anpassa annonser. Du kan ändra dig när som helst.",
        "Godkänn",
    ),
    (
        "da",
        "Velkommen",
        "Vi og vores 133 partnere bruger cookies til at tilpasse annoncer. Du kan altid ændre dit valg.",
        "Accepter",
    ),
    (
        "no",
        "Velkommen",
        "Vi og våre 133 partnere bruker informasjonskapsler for å tilpasse annonser. Du kan når som helst endre valget ditt.",
        "Godta",
    ),
    (
        "fi",
        "Tervetuloa",
        "Me ja 133 kumppaniamme käytämme evästeitä mainosten kohdentamiseen. Voit muuttaa valintaasi milloin tahansa.",
        "Hyväksy",
    ),
    (
        "pl",
        "Witaj",
        "My i nasi 133 partnerzy używamy plików cookie, aby dopasować reklamy. Możesz zmienić zdanie w każdej chwili.",
        "Zgadzam się",
    ),
    (
        "cs",
        "Vítejte",
        "My a našich 133 partnerů používáme soubory cookie k přizpůsobení reklam. Svůj souhlas můžete kdykoli změnit.",
        "Souhlasím",
    ),
    (
        "sk",
        "Vitajte",
        "My a našich 133 partnerov používame súbory cookie na prispôsobenie reklám. Svoj súhlas môžete kedykoľvek zmeniť.",
        "Súhlasím",
    ),
    (
        "hu",
        "Üdvözöljük",
        "Mi és 133 partnerünk sütiket használunk a hirdetések személyre szabásához. Hozzájárulását bármikor visszavonhatja.",
        "Elfogadom",
    ),
    (
        "ro",
        "Bun venit",
        "Noi și cei 133 de parteneri ai noștri folosim cookie-uri pentru a personaliza reclamele. Vă puteți răzgândi oricând.",
        "Accept",
    ),
    (
        "bg",
        "Добре дошли",
        "Ние и нашите 133 партньори използваме бисквитки, за да персонализираме рекламите. Можете да промените избора си по всяко време.",
        "Приемам",
    ),
    (
        "ru",
        "Добро пожаловать",
        "Мы и наши 133 партнёра используем файлы cookie, чтобы показывать рекламу. Вы можете изменить своё решение в любое время.",
        "Принять",
    ),
    (
        "uk",
        "Ласкаво просимо",
        "Ми та наші 133 партнери використовуємо файли cookie, щоб показувати рекламу. Ви можете змінити свій вибір будь-коли.",
        "Прийняти",
    ),
    (
        "el",
        "Καλώς ήρθατε",
        "Εμείς και οι 133 συνεργάτες μας χρησιμοποιούμε cookies για εξατομικευμένες διαφημίσεις. Μπορείτε να αλλάξετε γνώμη ανά πάσα στιγμή.",
        "Αποδοχή",
    ),
    (
        "tr",
        "Hoş geldiniz",
        "Biz ve 133 iş ortağımız reklamları kişiselleştirmek için çerez kullanıyoruz. Tercihinizi istediğiniz zaman değiştirebilirsiniz.",
        "Kabul et",
    ),
    (
        "ar",
        "أهلا بكم",
        "نستخدم نحن وشركاؤنا ملفات تعريف الارتباط لتخصيص الإعلانات. يمكنك تغيير رأيك في أي وقت.",
        "موافق",
    ),
    (
        "he",
        "ברוכים הבאים",
        "אנחנו ו-133 השותפים שלנו משתמשים בעוגיות כדי להתאים פרסומות. אפשר לשנות את הבחירה בכל עת.",
        "אישור",
    ),
    (
        "fa",
        "خوش آمدید",
        "ما و شرکای ما از کوکی‌ها برای شخصی‌سازی تبلیغات استفاده می‌کنیم. هر زمان می‌توانید نظر خود را تغییر دهید.",
        "پذیرش",
    ),
    (
        "hi",
        "स्वागत है",
        "हम और हमारे 133 पार्टनर विज्ञापनों के लिए कुकीज़ का उपयोग करते हैं। आप कभी भी अपना निर्णय बदल सकते हैं।",
        "स्वीकार करें",
    ),
    (
        "id",
        "Selamat datang",
        "Kami dan 133 mitra kami menggunakan cookie untuk menyesuaikan iklan. Anda dapat mengubah pilihan kapan saja.",
        "Setuju",
    ),
    (
        "vi",
        "Chào mừng",
        "Chúng tôi và 133 đối tác sử dụng cookie để cá nhân hóa quảng cáo. Bạn có thể thay đổi lựa chọn bất cứ lúc nào.",
        "Đồng ý",
    ),
    ("th", "ยินดีต้อนรับ", "เราและพันธมิตร 133 รายใช้คุกกี้เพื่อปรับแต่งโฆษณา คุณสามารถเปลี่ยนใจได้ทุกเมื่อ", "ยอมรับ"),
    (
        "ja",
        "ようこそ",
        "当社と133社のパートナーは、広告を最適化するためにクッキーを使用します。選択はいつでも変更できます。",
        "同意する",
    ),
    (
        "ko",
        "환영합니다",
        "당사와 133개 파트너는 광고를 맞춤 설정하기 위해 쿠키를 사용합니다. 언제든지 선택을 변경할 수 있습니다.",
        "동의",
    ),
    ("zh", "欢迎", "我们和133个合作伙伴使用Cookie来个性化广告。您可以随时更改您的选择。", "同意"),
]


@pytest.mark.parametrize(("language", "heading", "said", "button"), CONSENT)
def test_a_question_about_cookies_is_consent_in_every_language(
    language: str, heading: str, said: str, button: str
) -> None:
    told = bare("Mercury", f"<div><h2>{heading}</h2><p>{said}</p><button>{button}</button></div>", language)
    assert refused(told).reason == "consent"


WALL = [  # language, title, what it says
    ("en", "One moment…", "We are checking that you are not a machine. This takes a few seconds."),
    ("de", "Einen Moment bitte", "Wir prüfen, ob Sie ein Mensch sind. Das dauert wenige Sekunden."),
    ("fr", "Vérification", "Nous vérifions que vous n’êtes pas un robot. Merci de patienter."),
    ("es", "Comprobación", "Estamos comprobando que no eres un robot. Espera unos segundos."),
    ("it", "Verifica", "Stiamo verificando che tu non sia un robot. Attendi qualche secondo."),
    ("pt", "Verificação", "Estamos a verificar que não é um robô. Aguarde alguns segundos."),
    ("nl", "Even geduld", "We controleren of je geen robot bent. Dit duurt enkele seconden."),
    ("pl", "Chwileczkę", "Sprawdzamy, czy nie jesteś robotem. To potrwa kilka sekund."),
    ("ru", "Проверка", "Проверяем, что вы не робот. Это займёт несколько секунд."),
    ("tr", "Lütfen bekleyin", "Robot olmadığınızı doğruluyoruz. Bu birkaç saniye sürer."),
    ("ar", "لحظة", "نتحقق من أنك لست روبوتا. يستغرق ذلك بضع ثوان."),
    ("ja", "確認中", "ロボットではないことを確認しています。しばらくお待ちください。"),
    ("ko", "확인 중", "로봇이 아님을 확인하고 있습니다. 잠시만 기다려 주세요."),
    ("zh", "请稍候", "正在确认您不是机器人，请稍候。"),
    ("uk", "Зачекайте", "Перевіряємо, що ви не робот. Це займе кілька секунд."),
    ("sv", "Ett ögonblick", "Vi kontrollerar att du inte är en robot. Det tar några sekunder."),
]


@pytest.mark.parametrize(("language", "title", "said"), WALL)
def test_a_check_for_robots_is_a_wall(language: str, title: str, said: str) -> None:
    assert refused(bare(title, f"<h1>{title}</h1><p>{said}</p>", language)).reason == "wall"


ERROR = [  # language, what it says
    ("en", "We are having trouble showing this page. Please try again later."),
    ("de", "Leider ist ein Fehler aufgetreten. Bitte versuchen Sie es später noch einmal."),
    ("fr", "Une erreur est survenue. Veuillez réessayer plus tard."),
    ("es", "Se ha producido un error. Inténtelo de nuevo más tarde."),
    ("it", "Si è verificato un errore. Riprova più tardi."),
    ("pl", "Wystąpił błąd. Spróbuj ponownie później."),
    ("ru", "Произошла ошибка. Попробуйте позже."),
    ("nl", "Er is iets misgegaan. Probeer het later opnieuw."),
    ("ja", "エラーが発生しました。しばらくしてからもう一度お試しください。"),
    ("tr", "Bir hata oluştu. Lütfen daha sonra tekrar deneyin."),
]


@pytest.mark.parametrize(("language", "said"), ERROR)
def test_an_excuse_is_an_error(language: str, said: str) -> None:
    assert refused(bare("Mercury", f"<div>{said}</div>", language)).reason == "error"


SHELLS = [
    ("age", bare("Age check", "<h1>Are you of legal drinking age?</h1><p>Please enter your date of birth.</p>")),
    ("wall", bare("Access Denied", "<h1>Access Denied</h1>You don't have permission to access this page. Reference #18.2")),
    ("wall", bare("Pardon Our Interruption", "<p>Something about your browser made us think you were a bot.</p>")),
    ("wall", bare("", '<p>Please enable JS and disable any ad blocker</p><script src="//ct.captcha-delivery.com/c.js"></script>')),
    ("wall", bare("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><p>This website is using a security service to protect itself from online attacks. There are several actions that could trigger this block.</p><p>Cloudflare Ray ID: 8c1f</p>")),
    ("error", bare("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>")),
    ("error", bare("Site under maintenance", "<h1>We’ll be back soon!</h1><p>We’re performing some maintenance at the moment.</p>")),
    ("missing", bare("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx/1.18</center>")),
    ("missing", made("Mercury", f"<h1>Sorry, this story has expired</h1><p>It is no longer on our site.</p>{cards()}")),
    ("missing", made("Mercury", cards(), "https://www.mercury.example/", hops=(Hop(STORY, 301),))),
    ("missing", made("Local", cards(), "https://www.mercury.example/local", hops=(Hop(STORY, 302),))),
    ("missing", made("Mercury", paragraphs(*TEXT[:1]), status=404)),
    ("front", made("Mercury", cards(), "https://www.mercury.example/")),
    ("front", made("Local news", "<h1>Local</h1>" + cards("li"), "https://www.mercury.example/local/")),
    ("front", made("World", "".join(f'<div><a href="/w/{at}.html">{each}</a></div>' for at, each in enumerate(HEADLINES)), "https://www.mercury.example/world/")),
    ("front", made("World", "<h1>World</h1>" + "".join(f'<div><h3><a href="/w/{at}.html">{each}</a></h3><p>{DEKS[at]}</p></div>' for at, each in enumerate(HEADLINES[:2])), "https://www.mercury.example/world/")),
    ("list", made("river Archives - Mercury", "<h1>Tag: river</h1>" + cards(), "https://www.mercury.example/tag/river/")),
    ("list", made("Nell Okafor, Author at Mercury", f"<h1>Nell Okafor</h1><p>Nell has covered the river since 2009 and lives on it.</p>{cards()}", "https://www.mercury.example/author/nell-okafor/")),
    ("list", bare("Index of /press", '<h1>Index of /press</h1><pre><a href="a.pdf">a.pdf</a> 2026-01-02 1.2M\n<a href="b.pdf">b.pdf</a> 2026-01-03 1.3M</pre>')),
    ("search", made("Search results for river", f"<p>Showing 8 of 21 results for river</p>{cards()}", "https://www.mercury.example/search?q=river")),
    ("search", made("Search", "<form><input name=q></form><p>Your search for dokk did not match any articles.</p>", "https://www.mercury.example/search?q=dokk")),
    ("login", made("Log in", "<h1>Log in</h1><form><input type=password></form><p>Don’t have an account? Create one now.</p>", "https://www.mercury.example/login")),
    ("script", bare("App", '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>')),
    ("script", bare("App", "<app-root></app-root><script src=main.js></script>")),
    ("region", bare("Mercury", "<h1>451: Unavailable due to legal reasons</h1><p>You are attempting to access this website from a country belonging to the European Economic Area.</p>")),
    ("parked", bare("mercury-news.example", "<h1>mercury-news.example</h1><p>This domain is for sale. Buy this domain.</p>")),
    ("parked", bare("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is successfully installed and working.</p>")),
    ("moved", bare("301 Moved Permanently", '<h1>Moved Permanently</h1><p>The document has moved <a href="/new">here</a>.</p>')),
    ("figures", made("Weather in Wexby", "".join(f"<div><h3>{day}</h3><div>{at}°C</div><div>{at} km/h</div></div>" for at, day in enumerate(("Mon", "Tue", "Wed", "Thu"))), "https://www.mercury.example/weather/wexby")),
    ("product", made("Lantern", "<h1>Lantern</h1><b>£49</b><button>Add to basket</button><p>This brass lantern is made by hand in the old quay workshops and burns for fourteen hours.</p>", "https://shop.mercury.example/products/lantern", '<meta property="og:type" content="product">')),
    ("signup", made("Newsletters", "<h1>Sign up for our newsletters</h1><form><input type=email></form><p>The best of the Mercury in your inbox.</p>", "https://www.mercury.example/newsletters")),
    ("media", made("Watch: beavers", '<h1>Watch: beavers</h1><video src="v.mp4"></video><p>0:58</p>', "https://www.mercury.example/video/beavers-12345")),
    ("empty", made("Mercury", "<div></div>")),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "told"), SHELLS, ids=lambda each: each if isinstance(each, str) else "")
def test_a_page_that_is_no_article_is_called_what_it_is(reason: str, told: Page) -> None:
    assert refused(told).reason == reason


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (
            bare("Before you continue", "<p>We and our partners use cookies to show you ads.</p><button>Accept all</button>"),
            'consent: 1 of 1 sentences speak so ("our partners use cookies"), title "Before you continue", 1 of 1 sentences speak of cookies, "Accept all" to click on',
        ),
        (
            made("Mercury", cards(), "https://www.mercury.example/"),
            "front: 88 of 88 words stand beside linked headlines, the address of a front page, 8 linked headlines",
        ),
        (
            made("Mercury", cards(), "https://www.mercury.example/", hops=(Hop(STORY, 301),)),
            f"missing: 88 of 88 words stand beside linked headlines, asked for {STORY}, led to the front page, the address of a front page, 8 linked headlines",
        ),
        (made("Mercury", "<div></div>"), "empty: 2 words of text"),
    ],
)  # fmt: skip
def test_the_message_names_the_kind_and_the_facts(told: Page, message: str) -> None:
    assert refused(told).message == message


def test_what_was_read_is_handed_on_with_the_refusal() -> None:
    told = refused(made("Page not found", "<h1>Page not found</h1><p>The page you requested does not exist here.</p>"))
    assert isinstance(told.article, Article)
    assert told.article.body == "The page you requested does not exist here."


def test_a_capture_of_a_wall_is_a_wall() -> None:
    said = (
        b"Please verify you are a human\n\nAccess to this page has been denied because we believe you are using "
        b"automation tools to browse the website.\n\nReference ID: #5b1e8f80\n"
    )
    told = Page("capture:1", said, 0, (("content-type", "text/plain"),), NOON)
    assert refused(told).reason == "wall"


# --- articles that look like something else -----------------------------------

ARTICLES = {
    "thirty words": made("Lost swan returns", "<h1>Lost swan returns</h1><p>The swan that vanished from the mill pond in May has come back, the warden said on Monday. It seems to be well. Visitors are asked not to feed it.</p>"),
    "twenty words": made("Tram line closed", "<h1>Tram line 4 closed on Sunday</h1><p>Tram line 4 does not run between Market and Quay this Sunday because of works on the wires.</p>"),
    "an item among teasers": made("Beavers return", f"<h1>Beavers return to the river</h1><p>Beavers are back. Wardens have counted two families and eleven dams, more than in any year since the war.</p>{cards()}", "https://www.mercury.example/local/beavers-return-to-the-river-a881", DATED),
    "a website that fails": made("Library site down", "<h1>Page not found: library site down</h1><p>The website of the town library has been down since Monday morning. Visitors see the message “404 – page not found”. The library hopes to be back by Wednesday and has extended all loans by a week.</p>"),
    "a show called 404": made("Lost things", "<h1>“404 Not Found” opens in the old mill</h1><p>An exhibition of things that have gone missing opens on Saturday. “404 Not Found” shows lost keys, lost dogs on posters, and a page that a librarian tore out in 1931. Entry is free.</p>"),
    "an address with 404": made("Area 404", "<h1>Area 404, the club that cannot be found</h1><p>It has no sign, no number and no neighbours. On Saturdays four hundred people find it all the same.</p>", "https://www.mercury.example/culture/404"),
    "the law of cookies": made("Cookie-Urteil", "<h1>Gericht: Cookie-Banner rechtswidrig</h1><p>Ein Gericht hat entschieden, dass ein Verlag den Knopf „Alle ablehnen“ nicht hinter zwei Menüs verstecken darf. „Wir und unsere 842 Partner verwenden Cookies“, hatte das Banner gesagt.</p><p>Der Verlag geht in Berufung.</p>", language="de"),
    "cookies in every sentence": made("Cookies", "<h1>What a cookie is and why it will not go away</h1><p>A cookie is a small file. Cookies remember who you are. Most cookies are harmless. Some cookies follow you from site to site for years, and no law has stopped them yet.</p>"),
    "access denied": made("Access denied", "<h1>Access denied: wheelchair users still shut out of the station</h1><p>A year after the lift was promised, wheelchair users still cannot reach platform two.</p><p>The operator says a part is missing.</p>"),
    "hackers": made("Hospital locked out", "<h1>“You have been blocked”: hospital locked out by hackers</h1><p>Nurses who tried to open patient files read the words “Access denied. You have been blocked” on their screens. The hospital disconnected its network at noon.</p>"),
    "not a robot": made("Chef replaced", "<h1>“I am not a robot”, says chef replaced by one</h1><p>The kitchen of the old ferry inn is run by a machine since Monday. “I am not a robot, and that was the trouble,” its former chef said.</p>"),
    "an error at a bank": made("Bank books wages twice", "<h1>Error: bank books wages twice</h1><p>Because of a technical error a bank has booked wages twice for nine hundred people. An error occurred during the change to a new system, the bank said. The money will be taken back on Thursday.</p>"),
    "maintenance of a lock": made("Wartungsarbeiten: Schleuse zu", "<h1>Wartungsarbeiten: Schleuse eine Woche zu</h1><p>Wegen Wartungsarbeiten bleibt die Schleuse eine Woche lang geschlossen. Schiffe müssen in Lund warten.</p>", language="de"),
    "not in your country": made("Drug not available", "<h1>Drug not available in your country, ministers admit</h1><p>A new drug against river fever is not available in Britain and will not be for a year, ministers have admitted.</p>"),
    "passwords": made("Konten abgeschaltet", "<h1>Passwort vergessen? Stadt schaltet Konten ab</h1><p>Wer sein Passwort für das Bürgerkonto vergessen hat, muss vorerst ins Rathaus. Nach einem Angriff hat die Stadt alle Konten abgeschaltet.</p>", language="de"),
    "a search for a walker": made("Search called off", "<h1>Search for missing walker called off</h1><p>The search for a walker who has been missing since Saturday has been called off. No results were found on the northern slope.</p>"),
    "a search engine": made("Search results: how a query decides", "<h1>Search results: how a query decides elections</h1><p>Researchers showed 4,000 voters different search results for the same names. One in five changed sides.</p>"),
    "a list to sign up for": made("Lido opens list", "<h1>Sign up for swimming: lido opens list</h1><p>Children can be signed up for swimming lessons at the lido from Monday. The list closes when it is full.</p>"),
    "enabling JavaScript": made("How to enable JavaScript", f"<h1>How to enable JavaScript in your browser</h1>{paragraphs('Many sites do not work without JavaScript. Here is how to enable JavaScript in the four common browsers.', 'In the first, open the settings, choose Privacy, then Site settings, and allow scripts.', 'In the second, type about:config in the address bar and set the value to true.')}"),
    "a story about jobs": made("Port to hire", "<h1>Jobs: port to hire two hundred</h1><p>The port authority will hire two hundred people next year, among them forty crane operators and a dozen pilots.</p>", "https://www.mercury.example/jobs/port-to-hire-two-hundred-3121"),
    "one obituary": made("Rosa Diaz", "<h1>Rosa Diaz, 1938 – 2026</h1><p>Rosa Diaz, who taught three generations to swim, died on Monday at her home above the lido. She was 88.</p>", "https://www.mercury.example/obituaries/rosa-diaz-1938-2026"),
    "a storm warning": made("Storm warning", "<h1>Storm warning for the coast until Thursday</h1><p>The weather service has issued a warning of storm-force winds for the whole coast from Wednesday noon.</p><table><tr><td>Wexby</td><td>110 km/h</td></tr><tr><td>Lund</td><td>95 km/h</td></tr></table>", "https://www.mercury.example/weather/storm-warning-coast-8812"),
    "shares": made("Shipping shares fall", "<h1>Shipping shares fall for a fifth day</h1><p>Shares of shipping companies have fallen for the fifth day in a row as freight rates keep sliding.</p><table>" + "".join(f"<tr><td>Line {at}</td><td>{100 + at}.2</td><td>-{at}.4 %</td></tr>" for at in range(9)) + "</table>"),
    "a list of winners": made("Results", "<h1>Results of the district championship</h1><p>In fine weather 214 athletes met on Saturday; the best are listed here.</p>" + "".join(f"<h3>{each}</h3><ol><li>A. Carver 11.2</li><li>T. Reyes 11.5</li></ol>" for each in ("100 m", "200 m", "400 m"))),
    "others' links": made("Links for Friday", "<h1>Links for Friday</h1><ul>" + "".join(f'<li><a href="https://other{at}.example/x">{each}</a>: {dek}</li>' for at, (each, dek) in enumerate(zip(HEADLINES, DEKS, strict=True))) + "</ul>", "https://blog.mercury.example/2026/10/links-for-friday/"),
    "hotels with pages of their own": made("Where to stay", "<h1>Where to stay on the river: eight small hotels</h1>" + "".join(f'<h3><a href="/hotels/{at}">{each}</a></h3><p>{dek} {TEXT[at % 3]}</p>' for at, (each, dek) in enumerate(zip(HEADLINES, DEKS, strict=True))), "https://www.mercury.example/travel/where-to-stay-on-the-river-a99", DATED),
    "a live blog of 240 links": made("Storm live", "<h1>Storm live: ferries cancelled</h1>" + "".join(f'<div class="entry"><time>{8 + at // 6:02}:{at % 6}0</time><p>{TEXT[at % 3]} <a href="/x{at}">Map</a> <a href="/y{at}">Video</a> <a href="/z{at}">Advice</a></p></div>' for at in range(80))),
    "a recipe": made("Fish soup", "<h1>Fish soup with fennel</h1><h2>Ingredients</h2><ul><li>600 g fish</li><li>2 onions</li><li>1 l stock</li></ul><h2>Method</h2><ol><li>Cut the fish into pieces.</li><li>Fry the onions gently.</li><li>Add the stock and simmer for twenty minutes.</li></ol>"),
    "a poem": made("Ferry", "<h1>Ferry</h1><p>Two banks, one rope,<br>and what is between them<br>goes to and fro<br>and calls it hope.</p>"),
    "a transcript": made("Transcript", "<h1>Transcript: the mayor’s statement</h1>" + paragraphs("MAYOR: Good evening. I will be brief.", "MAYOR: The bridge will stay closed.", "REPORTER: For how long?", "MAYOR: Until it is open.")),
    "questions": made("Night clinic", "<h1>Night clinic: your questions answered</h1><dl><dt>Do I need an appointment?</dt><dd>No, but it helps to ring first.</dd><dt>Is there parking?</dt><dd>Yes, behind the laundry.</dd></dl>"),
    "a crossword": made("Crossword 412", "<h1>Crossword 412</h1><p>Set by Heron. The solution appears on Saturday.</p><ol><li>Boat that never learns to swim (4)</li><li>Fish at heart of scandal (3)</li><li>Light in the house of the sea (10)</li></ol>"),
    "forty comments": made("Bench stays", "<h1>Bench to stay in market square</h1><p>The bench in the market square stays where it is, the council has decided after all.</p><div id=comments>" + "".join(f'<div class="comment"><b>u{at}</b><p>{DEKS[at % 8]}</p></div>' for at in range(40)) + "</div>"),
    "a banner in the markup": made("Паром снова ходит", '<div class="cookie">We use cookies to make this site work. <button>Accept all</button></div><h1>Паром снова ходит</h1><p>Паромное сообщение восстановлено. Об этом в пятницу сообщили в порту.</p>', language="ru"),
    "at the front page's address": made("Village notes", f"<h1>Village notes</h1>{paragraphs(*TEXT)}", "https://www.village.example/"),
    "Japanese": made("市場で小火", "<h1>魚市場で小火、けが人なし</h1><p>３日午前６時ごろ、港町の魚市場で火が出ていると通行人から通報があった。消防車５台が出動し、火は約３０分後に消し止められた。</p>", language="ja"),
    "Thai": made("สะพานเปิด", "<h1>สะพานเก่าเปิดใช้อีกครั้ง</h1><p>สะพานเก่าของเมืองเปิดให้ใช้อีกครั้งเมื่อวันศุกร์หลังจากซ่อมแซมนานเก้าสัปดาห์ เจ้าหน้าที่กล่าวว่ารถบรรทุกหนักสามารถผ่านได้แล้ว</p>", language="th"),
    "Arabic": made("حريق", "<h1>حريق محدود في سوق السمك</h1><p>اندلع حريق محدود في سوق السمك فجر الثلاثاء وتمكن رجال الإطفاء من السيطرة عليه خلال نصف ساعة.</p>", language="ar"),
    "moved for good": page(html(), "https://lund.example/news/budget-passed-at-night", hops=(Hop("https://lund.example/2019/budget", 301),)),
}  # fmt: skip


@pytest.mark.parametrize("told", ARTICLES.values(), ids=ARTICLES)
def test_an_article_is_never_taken_for_something_else(told: Page) -> None:
    assert extract.article(told).blocks


@pytest.mark.parametrize(
    "title", ["Page not found", "Access Denied", "Before you continue", "Search", "Error", "Log in"]
)
def test_prose_in_one_room_is_an_article_whatever_its_title(title: str) -> None:
    told = extract.article(page(html(*TEXT * 6, title=title)))
    assert told.kind == "article"


# --- of what kind an article is -----------------------------------------------

OFFER = "<div><h2>Subscribe to continue reading</h2><p>Already a subscriber? Log in.</p></div>"
ENTRIES = "".join(f"<div><b>{9 + at}:{10 + at}</b><p>{dek}</p></div>" for at, dek in enumerate(DEKS))
PICTURES = "".join(
    f'<figure><img src="{at}.jpg"><figcaption>{dek}</figcaption></figure>' for at, dek in enumerate(DEKS)
)


@pytest.mark.parametrize(
    ("kind", "place", "told"),
    [
        ("stub", 'says "already a subscriber" behind the text', made("The bridge", f"<article><h1>The bridge nobody wanted</h1><p>{TEXT[0]}</p></article>{OFFER}")),
        ("stub", 'says "la suite est réservée" behind the text', made("Le pont", f"<article><h1>Le pont dont personne ne voulait</h1><p>{TEXT[0]}</p></article><div>La suite est réservée aux abonnés.</div>")),
        ("stub", "55 of 900 words that the page declares", made("The bridge", f"<h1>The bridge nobody wanted</h1>{paragraphs(*TEXT)}", head='<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false, "wordCount": 900}</script>')),
        ("live", "json-ld LiveBlogPosting", made("Storm", f"<h1>Storm over the coast</h1>{paragraphs(*TEXT)}", head='<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Storm"}</script>')),
        ("live", 'title "Liveticker: Sturm"', made("Liveticker: Sturm", f"<h1>Liveticker: Sturm</h1>{ENTRIES}")),
        ("gallery", '"pictures" in the address, 8 pictures', made("A day", f"<article><h1>A day on the ferry</h1><p>{TEXT[0]}</p>{PICTURES}</article>", "https://www.mercury.example/pictures/a-day-on-the-ferry-12345")),
        ("video", "meta og:type video.other", made("Beavers", f"<h1>Beavers at night</h1><video src=v></video><p>{TEXT[0]}</p>", head='<meta property="og:type" content="video.other">')),
        ("opinion", 'headline "Kommentar: Er geht zu spät"', made("Er geht", f"<h1>Kommentar: Er geht zu spät</h1>{paragraphs(*TEXT)}")),
        ("opinion", '"opinion" in the address', made("The rope", f"<h1>Leave the rope alone</h1>{paragraphs(*TEXT)}", "https://www.mercury.example/opinion/leave-the-rope-alone-12")),
        ("page", 'title "About us"', made("About us", f"<h1>About us</h1>{paragraphs(*TEXT)}", "https://www.mercury.example/about")),
        ("article", None, made("Budget", f"<h1>Budget passed at night</h1>{paragraphs(*TEXT)}")),
    ],
)  # fmt: skip
def test_an_article_says_of_what_kind_it_is(kind: str, place: str | None, told: Page) -> None:
    article = extract.article(told)
    places = {each.field: each.place for each in article.evidence}
    assert article.kind == kind
    assert (places.get("kind") or "").startswith(place or "")


def test_an_article_that_is_whole_is_no_stub_though_it_is_not_free() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    assert extract.article(page(html(*TEXT * 6, head=head))).kind == "article"


# --- how good the record is ---------------------------------------------------


def test_the_score_is_a_share_and_falls_with_what_was_left_out() -> None:
    whole = extract.article(page(html(*TEXT * 4)))
    littered = f"<h1>Budget passed at night</h1><p>{TEXT[0]}</p>{cards()}<p>{TEXT[1]}</p>"
    assert whole.quality is not None
    broken = extract.article(made("Budget passed", littered, head=DATED)).quality
    assert broken is not None
    assert 0 < broken < whole.quality < 1


def test_what_the_model_expects_of_itself_counts_half() -> None:
    told = page(html(*TEXT * 4))
    facts = Facts(told, Article(blocks=tuple(Block(Kind.PARAGRAPH, each) for each in TEXT)))
    alone = quality.score(facts)
    assert quality.score(facts, confidence=1.0) == pytest.approx((alone + 1) / 2, abs=0.001)
    assert quality.score(facts, confidence=0.0) == pytest.approx(alone / 2, abs=0.001)


def test_what_speaks_against_an_article_lowers_its_score() -> None:
    facts = Facts(page(), Article(blocks=tuple(Block(Kind.PARAGRAPH, each) for each in TEXT)))
    assert quality.score(facts, doubt=0.9) == pytest.approx(0.6 * quality.score(facts), abs=0.001)
    assert quality.score(facts, doubt=0.4) == quality.score(facts)


# --- the tables ---------------------------------------------------------------

LANGUAGES = frozenset(
    "en de fr es it pt nl sv da no fi pl cs sk hu ro bg ru uk el tr ar he fa hi id vi th ja ko zh".split()
)


@pytest.mark.parametrize(
    "row",
    (
        "consent.title consent.text consent.button error.title error.text login.title login.text missing.title "
        "missing.text paywall.text script.text search.title wall.title wall.text"
    ).split(),
)
def test_what_pages_say_is_known_in_every_language(row: str) -> None:
    assert phrases.languages(row) >= LANGUAGES


def test_the_table_is_sorted_and_speaks_of_known_kinds_only() -> None:
    table = tables.load("quality")
    assert list(table) == sorted(table)
    assert set(table) <= set(kinds.REFUSED) | set(kinds.ARTICLES) | {"paywall"}
    for rows in (row for kind in table.values() for row in kind.values()):
        assert list(rows) == sorted(rows)
        assert all(words == sorted(set(words)) for words in rows.values())


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Page NOT  Found", "page not found"),
        ("Página não encontrada", "pagina nao encontrada"),
        ("« En savoir plus »", "en savoir plus"),
        ("ΔΕΝ ΒΡΕΘΗΚΕ", "δεν βρεθηκε"),
        ("إعدادات الخصوصيّة", "اعدادات الخصوصيه"),
        ("می‌خواهید", "مي خواهيد"),
        ("Cookie の 使用", "cookieの使用"),
        ("페이지를 찾을 수 없습니다", phrases.fold("페이지를찾을수없습니다")),
    ],
)
def test_case_accents_quotes_and_kinds_of_a_letter_do_not_count(written: str, folded: str) -> None:
    assert phrases.fold(written) == folded


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Page not found - The Mercury", "missing"),
        ("The Mercury | 404", "missing"),
        ("Mercury › Error", "error"),
        ("Search results for harbour", "search"),
        ("Nell Okafor, Author at Mercury", "list"),
        ("1,204 jobs in Wexby", "list"),
        ("「港」の検索結果", "search"),
    ],
)
def test_a_title_is_known_by_a_whole_part_of_it(title: str, kind: str) -> None:
    assert kind in frozenset().union(*map(phrases.titled, phrases.parts(title)))


def test_a_title_of_nothing_but_marks_is_no_fault() -> None:
    assert TEXT[0] in extract.article(made("|", f"<h1>–</h1>{paragraphs(TEXT[0])}")).body


@pytest.mark.parametrize(
    "title", ["Why we search", "A page not found in any book", "The error of our ways", "Gone fishing"]
)
def test_a_title_that_only_has_such_a_word_is_not_known(title: str) -> None:
    assert not any(map(phrases.titled, phrases.parts(title)))
