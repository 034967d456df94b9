"""Words that decide whether a space is missing: beginnings of sentences, short words, abbreviations."""

from __future__ import annotations

# Words that begin a sentence or a paragraph and are no part of a brand: directly after a letter of the
# other case they prove that a space is missing. Two-letter English ones are omitted (LinkedIn, PostIt).
_STARTERS = """
    The This These Those That There Their They She His Her According However For From Also When While
    After Before During Today Currently Such Since Thanks With Within Under Over Among Another
    Additionally Moreover Furthermore Meanwhile Earlier Later Recently Following Thus Therefore Это Этот
    Эта Эти Она Они Оно Также Кроме После Для Как Так Такой Такие При Все Всего Сегодня Напомним Отметим
    Отметили Благодаря Согласно Теперь Ранее Однако Поэтому Если Когда Ежегодно Здесь Там Тогда Более
    Наряду Помимо Между Перед Аким Глава Акимат Источник Бұл Осы Сонымен Сондай Сондықтан Олар Бүгін
    Бүгінде Қазіргі Қазір Аталған Айта Жалпы Енді Мұндай Еске Сол Мұнда Мұның Оның Одан Ондай Атап
    Сондай-ақ Соңғы Осылайша Әкім Облыс Аудан Дереккөз Source
"""
STARTERS = frozenset(_STARTERS.split())

# Those that no brand ends with: they separate a heading that begins with a capital, ``ConclusionsThe``.
SURE_STARTERS = frozenset(
    (
        "The",
        "This",
        "These",
        "Those",
        "They",
        "There",
        "According",
        "However",
        "Бұл",
        "Осы",
        "Олар",
        "Сонымен",
    )
) | frozenset(("Сондай", "Аталған", "Это", "Этот", "Также", "Согласно", "Напомним", "Отметим", "Благодаря"))

# Shorter ones that prove the same only after a full stop.
_SHORT_STARTERS = """
    In It He We At On As If By No To An My So Or Our You All One Two His Her New Not But And Any Who How
    Why What По На Во Но Он Мы За До Из От Об Им Их Вы Ее Её Со Не Ни Ещё Еще Его Над Под Без Что Где
    Кто Потом Затем Хотя Даже Именно Вот Бірақ Алайда Дегенмен Содан Сосын Себебі Өйткені Егер Сонда
    Ол Ал Біз Сіз Мен Бір Екі Үш Әр Әрі Тек Сәл Кез Көп Өз Ең Жаңа
"""
STARTERS_AFTER_STOP = STARTERS | frozenset(_SHORT_STARTERS.split())

# Short words that may end a sentence; any other word of fewer than four letters may be an abbreviation.
_SHORT_ENDINGS = """
    day way law war man men job car now not one two six ten new old too out off all yet oil gas tax use
    aid her him his our own per us it up so me do go on in is be by
    год лет это нас вас них его все всё дом мир раз она они ней нею ему тут там еще ещё уже нет да он её
    их не мы вы детей сил дел мер вод рек зон
    бар жоқ еді тұр жүр бір екі үш сол деп көп жер мал жол іс ол де су ет қой бұл жұрт күн түн ай ел ғой
    иә игі чек рет жүз тор те осы жыл жөн тең елу мың мен сен ана ата үй тау сай сүт нан тіл жас күз қыз
    әже той бас көз қол сөз шақ
"""
SHORT_ENDINGS = frozenset(_SHORT_ENDINGS.split())

# Longer abbreviations, and words after which a stop and a number or a name are one expression.
_ABBREVIATIONS = """
    долл акад проф корп прим просп табл прил респ губ англ русс напр адм соотв комн площ илл рис стр тыс
    млн млрд трлн чел руб сокр моск каз обл гор пос дер мкрн микр пер наб бульв шос тел факс каб оф зам
    нач рук гос спец мин макс авт ред изд сост орг заст строит вост зап сев южн прот ауд көш даң мөл мыс
    ықш қал шам Prof prof approx dept Dept Gov gov Sen Rep Gen Col Capt Fig fig vol Vol page pages Page
    art Art sect Sect chap Chap ver Ver version Version file File table Table Inc Ltd Corp Bros Mrs
    полк подполк лейт архиеп митр патр журн деп пред канд докт засл нар худ реж муз муниц упр инсп станц басс
    водохр оконч нем итал лат греч узб кирг примеч сент нояб февр апр гражд отв сотр экз прибл урожд избр
    Пред Митр Журн Деп Реж Засл Канд Полк Отв
    Messrs Sept Sep Oct Nov Dec Jan Feb Mar Apr Aug Jun Jul Tel tel Mob mob
"""
ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())

# Firms and services whose name contains a stop before a capital.
BRAND_HEADS = frozenset(
    ("Яндекс", "Yandex", "Рамблер", "Rambler", "Google", "Mail", "Booking", "Kaspi", "Halyk", "Node", "Zakon")
)

# Endings of file names and domains: before them is a file name or URL.
ADDRESS_ENDS = (
    "kz|қаз|ru|рф|com|net|org|gov|edu|info|biz|int|eu|us|uk|de|fr|tr|cn|uz|kg|tj|az|by|ua|io|me|tv|app|dev|ai"
    "|pdf|docx?|xlsx?|pptx?|rtf|txt|csv|html?|php|aspx?|jsp?|json|xml|zip|rar|7z|jpe?g|png|gif|svg|webp|mp[34]|avi"
    "|mov|exe|apk|py|css"
)
