"""Made-up people, places, bodies and journals; no list of real ones."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国红志文玉春梅玲海燕晓波鹏飞宇浩然子轩佳怡思远振东立新永康学良德胜成"
    "林俊峰少卿雪松雨桐一凡嘉欣天佑启航世昌宏图锦绣光耀庆丰长河清源若兰"
)
PLACES = "云临青安清平宁东南江海山河石金玉龙凤白龙泉溪阳川源陵城岭原州湖浦津门"
JOURNALS = (
    "{0}人大",
    "{0}人大工作",
    "人大之窗",
    "{0}民声",
    "代表与履职",
    "{0}法治",
    "民主与治理",
    "{0}人大研究",
    "人大论坛",
)
OTHER_JOURNALS = (
    "{0}学刊",
    "{0}党建",
    "{0}机关党建",
    "{0}大学学报",
    "{0}政协",
    "新{0}",
    "{0}政报",
    "{0}工运",
    "{0}教育",
)
TAILS = (
    "人大常委会",
    "人大常委会办公室",
    "人大常委会研究室",
    "人大法制委员会",
    "人大代表工委",
    "委宣传部",
    "政府办公室",
    "农业农村局",
)
POSTS = ("主任", "副主任", "党组书记、主任", "办公室主任", "研究室副主任", "三级调研员")
FIRST = ("Anna", "Brian", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Irene", "James", "Karen", "Louis")
LAST = ("Ashford", "Barlow", "Carver", "Dunmore", "Ellwood", "Fenwick", "Grantham", "Hartley", "Kendrick", "Marlow")


def person(rng: Random) -> str:
    """Return a name of two or three characters."""
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choices((1, 2), (3, 7))[0]))


def people(rng: Random, most: int = 2) -> tuple[str, ...]:
    """Return one to ``most`` different names, mostly one."""
    count = 1 if rng.random() < 0.65 else rng.randint(1, most)
    names = [person(rng) for _ in range(count)]
    return tuple(dict.fromkeys(names))


def place(rng: Random, tail: str = "") -> str:
    """Return a place of two characters and 市, 县 or 区, or the tail that is asked for."""
    return "".join(rng.sample(PLACES, 2)) + (tail or rng.choice("市县区市县"))


def body_of(rng: Random) -> str:
    """Return an office of such a place."""
    return place(rng) + rng.choice(TAILS)


def journal(rng: Random, congress: bool) -> str:
    """Return the name of a journal."""
    return rng.choice(JOURNALS if congress else OTHER_JOURNALS).format("".join(rng.sample(PLACES, 2)))


def english_person(rng: Random) -> str:
    """Return a first and a last name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def letter_spaced(name: str, rng: Random) -> str:
    """Return a two-character name set to the width of three, as print does."""
    return name if len(name) != 2 else name[0] + rng.choice((" ", "  ", "　")) + name[1]
