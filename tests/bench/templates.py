# ruff: noqa: E501 - the texts of the templates are data
"""Template stories in three languages: hard negatives for matching."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

LANGUAGES: dict[str, dict[str, Any]] = {
    "kk": {
        "months": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан".split(),
        "place": ["Тараз", "Семей", "Ақтау", "Атырау", "Орал", "Көкшетау", "Талдықорған", "Риддер"],
        "person": ["А.Б.", "Е.Қ.", "Д.С.", "М.Т.", "Н.Ә.", "Р.Ж."],
        "other_titles": ["Күннің басты жаңалықтары", "Өңір тынысы", "Ресми хабар"],
        "templates": [
            ("{place} қаласында ауа райы", "{day} {month} күні {place} қаласында ауа температурасы түнде {a} градус "
             "аяз, күндіз {b} градус болады. Желдің жылдамдығы секундына {c} метрге жетеді. Тұрғындардан сақ болу, "
             "көлік жүргізушілерінен қашықтық сақтау сұралады. Жолдарда көктайғақ болуы мүмкін. Құтқару қызметі "
             "тәулік бойы дайындықта тұр, барлық қажетті техника шығарылды."),
            ("{place} қаласында жаңа мектеп ашылды", "{place} қаласында {a} орындық жаңа мектеп ашылды. Құрылысқа {b} "
             "миллион теңге жұмсалды. Салтанатты шараға {person} қатысты. «Жаңа мектеп балаларға жақсы жағдай "
             "жасайды», — деді ол. Мектепте {c} мұғалім жұмыс істейді, спорт залы мен асхана бар. Балалар сабақты "
             "{day} {month} күні бастады, ата-аналар мен мұғалімдер алғыс айтты."),
            ("Азаматтарды қабылдау", "{day} {month} күні {person} {place} қаласында азаматтарды қабылдайды. Қабылдау "
             "сағат {c}.00-де басталады. Өтініштер алдын ала қабылданады, телефон {a}-{b}. Тұрғындар өз мәселелерін "
             "жазбаша түрде де жібере алады. Барлық өтініштер заңда белгіленген мерзімде қаралады және жауап "
             "беріледі деп хабарлады мекеме өкілдері."),
        ],
    },
    "ru": {
        "months": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
        "place": ["Тараз", "Семей", "Актау", "Атырау", "Уральск", "Кокшетау", "Талдыкорган", "Риддер"],
        "person": ["А.Б.", "Е.К.", "Д.С.", "М.Т.", "Н.А.", "Р.Ж."],
        "other_titles": ["Главные новости дня", "Новости региона", "Официально"],
        "templates": [
            ("Погода: {place}", "{day} {month} в городе {place} ночью ожидается {a} градусов мороза, днём {b} "
             "градусов. Скорость ветра достигнет {c} метров в секунду. Жителей просят быть осторожными, водителей — "
             "соблюдать дистанцию. На дорогах возможен гололёд. Спасательная служба работает круглосуточно, вся "
             "необходимая техника выведена на линию."),
            ("Цены на продукты: {place}", "По данным управления, {day} {month} на рынках города {place} килограмм "
             "картофеля стоил {a} тенге, моркови — {b} тенге, литр молока — {c} тенге. «Запасов достаточно, причин "
             "для роста цен нет», — сообщили в управлении. На выходных пройдёт ярмарка, где продукты можно купить "
             "дешевле. Жителей приглашают принять участие в ярмарке."),
            ("В городе {place} открыли детский сад", "В городе {place} открыли детский сад на {a} мест. На "
             "строительство направили {b} миллионов тенге. В открытии принял участие {person}. «Теперь очередь в "
             "детские сады станет короче», — отметил он. В саду работают {c} воспитателей, есть бассейн и "
             "музыкальный зал. Первые дети пришли {day} {month}, родители поблагодарили строителей."),
            ("Приём граждан", "{day} {month} {person} проведёт приём граждан в городе {place}. Приём начнётся в "
             "{c}.00. Записаться можно заранее по телефону {a}-{b}. Жители могут направить свои обращения и в "
             "письменном виде. Все обращения будут рассмотрены в сроки, установленные законом, и на каждое из них "
             "дадут ответ, сообщили представители ведомства."),
        ],
    },
    "en": {
        "months": "January February March April May June July August September October November December".split(),
        "place": ["Taraz", "Semey", "Aktau", "Atyrau", "Oral", "Kokshetau", "Taldykorgan", "Ridder"],
        "person": ["A.B.", "Y.K.", "D.S.", "M.T.", "N.A.", "R.Zh."],
        "other_titles": ["Main news of the day", "News of the region", "Official"],
        "templates": [
            ("Weather in {place}", "On {day} {month} the temperature in {place} will be {a} degrees of frost at night "
             "and {b} degrees by day. The wind will reach {c} metres a second. Residents are asked to be careful, and "
             "drivers to keep their distance. There may be ice on the roads. The region's rescue service is on duty "
             "around the clock, and all of its machines are ready."),
            ("A new clinic opened in {place}", "A new clinic for {a} patients a day opened in {place}. It cost {b} "
             "million tenge. {person} took part in the ceremony. \"The clinic will spare people a long journey,\" the "
             "guest said. The clinic's staff of {c} doctors and nurses has modern equipment. The first patients came "
             "on {day} {month}, and residents thanked the builders and the city's akimat."),
            ("Reception of citizens", "On {day} {month} {person} will receive citizens in {place}. The reception "
             "begins at {c}.00. Those who wish to come can sign up by telephone {a}-{b}. Residents can also send "
             "their questions in writing. All appeals will be considered within the time that the law sets, and each "
             "of them will be answered, the department's representatives said."),
        ],
    },
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class TemplateStory:
    """A template with the values of its slots, and the resulting text."""

    lang: str
    template: int
    slots: dict[str, Any]
    published: str  # ISO date

    def _fill(self, pattern: str) -> str:
        return pattern.format(**self.slots)

    @property
    def title(self) -> str:
        """Return the title with its slots filled."""
        return self._fill(LANGUAGES[self.lang]["templates"][self.template][0])

    @property
    def body(self) -> str:
        """Return the body with its slots filled."""
        return self._fill(LANGUAGES[self.lang]["templates"][self.template][1])


def make_story(dice: random.Random) -> TemplateStory:
    """Return a random template with random slot values."""
    lang = dice.choice(list(LANGUAGES))
    words = LANGUAGES[lang]
    day = date(2025, 12, 1) + timedelta(days=dice.randrange(20))
    slots = {
        "place": dice.choice(words["place"]),
        "person": dice.choice(words["person"]),
        "day": day.day,
        "month": words["months"][day.month - 1],
        "a": dice.randint(20, 400),
        "b": dice.randint(10, 90),
        "c": dice.randint(8, 19),
    }
    return TemplateStory(lang, dice.randrange(len(words["templates"])), slots, day.isoformat())


def vary(story: TemplateStory, dice: random.Random) -> TemplateStory:
    """Return the story with one slot changed: a number, a name, a place or a date."""
    words = LANGUAGES[story.lang]
    pattern = words["templates"][story.template][1]
    slot = dice.choice(
        [name for name in ("place", "person", "day", "a", "b", "c") if f"{{{name}}}" in pattern]
    )
    value = story.slots[slot]
    others = words[slot] if slot in words else [value + 1 if value < 28 or slot != "day" else value - 1]
    return replace(story, slots=story.slots | {slot: dice.choice([o for o in others if o != value])})
