"""Languages told by letters and small words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import tables
from scraper.extract import language

TEXTS = {
    "en": "The council of the town passed its budget on Monday after a debate that had lasted the whole night, and the mayor said that more money would go to the harbour next year, while the opposition called the plan reckless and announced that it would go to court before the summer if the vote was not taken again.",
    "de": "Der Rat der Stadt hat am Montag nach einer Debatte, die die ganze Nacht dauerte, den Haushalt beschlossen, und die Bürgermeisterin sagte, dass im nächsten Jahr mehr Geld in den Hafen fließen werde, während die Opposition den Plan als leichtsinnig bezeichnete und ankündigte, noch vor dem Sommer vor Gericht zu ziehen.",
    "fr": "Le conseil de la ville a adopté lundi son budget après un débat qui avait duré toute la nuit, et la maire a déclaré que plus d'argent irait au port l'année prochaine, alors que l'opposition a qualifié le plan d'imprudent et annoncé qu'elle irait devant les tribunaux avant l'été si le vote n'était pas repris.",
    "es": "El consejo de la ciudad aprobó el lunes su presupuesto tras un debate que había durado toda la noche, y la alcaldesa dijo que el año que viene se destinará más dinero al puerto, mientras que la oposición calificó el plan de imprudente y anunció que acudirá a los tribunales antes del verano si no se repite la votación.",
    "pt": "O conselho da cidade aprovou na segunda-feira o seu orçamento após um debate que durou toda a noite, e a prefeita disse que no próximo ano mais dinheiro irá para o porto, enquanto a oposição chamou o plano de imprudente e anunciou que vai recorrer aos tribunais antes do verão se a votação não for repetida.",
    "it": "Il consiglio della città ha approvato lunedì il suo bilancio dopo un dibattito che era durato tutta la notte, e la sindaca ha detto che l'anno prossimo più soldi andranno al porto, mentre l'opposizione ha definito il piano sconsiderato e ha annunciato che andrà in tribunale prima dell'estate se il voto non sarà ripetuto.",
    "nl": "De raad van de stad heeft maandag zijn begroting aangenomen na een debat dat de hele nacht had geduurd, en de burgemeester zei dat er volgend jaar meer geld naar de haven gaat, terwijl de oppositie het plan roekeloos noemde en aankondigde dat zij voor de zomer naar de rechter zal stappen als er niet opnieuw wordt gestemd.",
    "sv": "Stadens råd antog på måndagen sin budget efter en debatt som hade varat hela natten, och borgmästaren sade att mer pengar ska gå till hamnen nästa år, medan oppositionen kallade planen vårdslös och meddelade att den kommer att gå till domstol före sommaren om det inte blir en ny omröstning, något som ingen har lovat.",
    "pl": "Rada miasta przyjęła w poniedziałek swój budżet po debacie, która trwała całą noc, a burmistrz powiedziała, że w przyszłym roku więcej pieniędzy trafi do portu, podczas gdy opozycja nazwała ten plan lekkomyślnym i zapowiedziała, że jeszcze przed latem pójdzie do sądu, jeżeli nie będzie nowego głosowania, o które prosi od tygodni, i nie będzie czekać na to, co powie sąd.",
    "cs": "Rada města v pondělí přijala svůj rozpočet po debatě, která trvala celou noc, a starostka řekla, že v příštím roce půjde více peněz do přístavu, zatímco opozice označila plán za lehkomyslný a oznámila, že se ještě před létem obrátí na soud, pokud se hlasování nebude opakovat, jak o to žádá už od minulého týdne, a že na to nebude čekat.",
    "fi": "Kaupungin valtuusto hyväksyi maanantaina talousarvionsa keskustelun jälkeen, joka oli kestänyt koko yön, ja pormestari sanoi, että ensi vuonna satamaan menee enemmän rahaa, mutta oppositio kutsui suunnitelmaa harkitsemattomaksi ja ilmoitti, että se vie asian oikeuteen ennen kesää, jos äänestystä ei uusita, ja että se ei ole ainoa, joka on sitä mieltä, kun kaikki on nyt auki eikä mitään ole päätetty.",
    "tr": "Kent meclisi pazartesi günü bütün gece süren bir tartışmanın ardından bütçesini kabul etti ve belediye başkanı gelecek yıl limana daha çok para ayrılacağını söyledi, muhalefet ise planı düşüncesiz olarak nitelendirdi ve oylama tekrarlanmazsa yazdan önce mahkemeye gideceğini açıkladı, bu da bir süre daha belirsizlik olacağı için kimse ne olacağını bilmiyor ve herkes bir karar için bekliyor.",
    "ru": "Совет города в понедельник принял свой бюджет после дебатов, которые длились всю ночь, и мэр сказала, что в следующем году больше денег пойдет на порт, а оппозиция назвала план безрассудным и объявила, что обратится в суд до лета, если голосование не будет проведено снова, о чем она просит уже не первую неделю, но пока никто не ответил на этот вопрос и не сказал, как это будет.",
    "uk": "Рада міста в понеділок ухвалила свій бюджет після дебатів, які тривали всю ніч, і міська голова сказала, що наступного року більше грошей піде на порт, а опозиція назвала план безрозсудним і оголосила, що звернеться до суду до літа, якщо голосування не буде проведено знову, про що вона просить уже не перший тиждень, але поки ніхто не відповів на це питання і не сказав, як це буде.",
    "zu": "Umkhandlu wedolobha uphasise isabelomali sawo ngoMsombuluko ngemuva kwengxoxo ethathe ubusuku bonke, futhi imeya ithe kuzoya imali eningi echwebeni ngonyaka ozayo, kodwa iqembu eliphikisayo lithe lolu hlelo aluhlakaniphile futhi lamemezela ukuthi lizoya enkantolo ngaphambi kwehlobo uma kungavotwa kabusha, ngoba abantu bafuna ukuthi kube nokucaca kanye nobulungiswa, kusho imeya, njengoba kwenzeka nangonyaka odlule lapho kukhulunywa ngakho khona futhi kwaxazululwa.",
    "ja": "市議会は月曜日、徹夜の審議のあとで予算を可決した。市長は来年、港により多くの予算を充てると述べた。",
    "zh": "市议会在彻夜辩论之后于周一通过了预算。市长表示，明年将有更多资金用于港口建设。",
    "ko": "시의회는 월요일 밤샘 토론 끝에 예산을 통과시켰다. 시장은 내년에 더 많은 돈이 항구에 쓰일 것이라고 말했다.",
    "th": "สภาเมืองผ่านงบประมาณเมื่อวันจันทร์หลังการอภิปรายที่ยาวนานตลอดทั้งคืน",
    "el": "Το συμβούλιο της πόλης ενέκρινε τον προϋπολογισμό του τη Δευτέρα μετά από μια συζήτηση που κράτησε όλη τη νύχτα.",
    "he": "מועצת העיר אישרה ביום שני את התקציב לאחר דיון שנמשך כל הלילה.",
    "ka": "ქალაქის საბჭომ ორშაბათს ბიუჯეტი მიიღო დებატების შემდეგ, რომელიც მთელი ღამე გაგრძელდა.",
}


@pytest.mark.parametrize("tag", TEXTS)
def test_a_text_of_fifty_words_tells_its_language(tag: str) -> None:
    assert language.detected(TEXTS[tag]) == tag
    assert language.speaks(TEXTS[tag], tag)


@pytest.mark.parametrize(
    ("declared", "tag"), [("en", "de"), ("en", "th"), ("de", "ja"), ("en", "zu"), ("ru", "uk"), ("ja", "zh")]
)
def test_a_text_in_another_language_is_noticed(declared: str, tag: str) -> None:
    assert not language.speaks(TEXTS[tag], declared)


def test_a_few_words_tell_nothing() -> None:
    assert language.detected("The council passed its budget.") is None
    assert language.detected("") is None
    assert language.speaks("The council passed its budget.", "de")


def test_a_language_that_is_not_known_here_is_not_doubted() -> None:
    assert language.speaks(TEXTS["en"], "mi")


@pytest.mark.parametrize(("one", "other"), [("nb", "no"), ("sr", "hr"), ("ms", "id"), ("de", "de")])
def test_what_is_hard_to_tell_apart_counts_as_one(one: str, other: str) -> None:
    assert language.kin(one) == other


def test_the_table_has_each_small_word_once() -> None:
    for tag, small in tables.load("languages")["words"].items():
        assert len(small.split()) == len(set(small.split())), tag


@given(st.text(max_size=300))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language.detected(text) is None or language.speaks(text, language.detected(text) or "")
