"""Small words: what stands in every second sentence and says little about what is meant. Folded, all languages together.

Only used to judge how near a label is: in a language without a list more words count, and a proposal may miss.
"""

from typing import Final

from bot.text.fold import fold

_WRITTEN: Final = (
    # German
    "aber alle alles also andere anderes anderen auch beim bitte brauche brauchen danke dann das dass dein deine dem den der"
    " die dies diese diesem diesen dieser dieses doch dort durch eine einem einen einer eines etwas für gegen geht gerade gern"
    " gerne gibt guten habe haben hallo hätte hier ich ihm ihn ihnen ihre ihrem ihren ihrer immer jetzt kann kannst kein keine"
    " keinen können könnte machen mache macht mehr mein meine meinem meinen meiner möchte möchten muss müssen nach nicht noch"
    " nur oder ohne schon sehr sein seine sich sind soll sollen über unser unsere viel vielen vom von wann warum was weil weiß"
    " welche welcher welches wenn werde werden wie wieder will wird wirklich wissen wollen würde zum zur"
    # English
    " about after also and any are because been before but can could does every for from has have hello help how into just"
    " like many more much must need not now only our out please should some something thank thanks that the their them then"
    " there they this those want was were what when where which who why will with would you your"
    # Turkish
    " acaba ama artık ben bana bazı belki ben beni benim bir biraz biri bizim böyle bunu bunun buraya çok daha değil diye"
    " evet fakat gibi gerek hangi her hiç için ile istiyorum kadar kaç kim lütfen merhaba mıdır nasıl neden nedir nerede ne"
    " olan olarak olduğu olur onun sadece sizin sonra şey şimdi şunu teşekkür teşekkürler veya var yok zaman"
    # Arabic
    " على علي عن الى إلى هذا هذه ذلك تلك التي الذي الذين كل كان كانت كيف متى اين أين ماذا لماذا هل انا أنا نحن انت أنت هو هي"
    " يمكن يمكنني اريد أريد احتاج أحتاج عندي لدي هناك هنا بعد قبل مع بين ليس لكن أي اي ايضا أيضا جدا فقط شكرا مرحبا لو سمحت"
    " فضلكم يرجى غير حتى عند اذا إذا ثم شيء بعض"
    # Ukrainian
    " або але вже вам вас вона вони він для його який яка яке які коли мене мені моя мої може можна можу наш нам нас немає"
    " потрібно потрібна потрібен про просто так там також тому треба тут хочу хотіла хотів цей це цього чому через щоб якщо"
    " якось будь ласка дякую вітаю добрий день дуже ще навіть після перед"
    # Russian
    " или вам вас она они для его который которая когда меня мне моя мои может можно могу наш нет нужно нужна очень после"
    " просто пожалуйста спасибо также там тоже только хочу чтобы через что это этого если есть еще здравствуйте как где"
    # Persian
    " برای این آن است هست که چه چرا کجا چطور چگونه من ما شما او می خواهم لطفا سلام ممنون با از در تا هم یا اگر باید دارم"
)

SMALL_WORDS: Final = frozenset(fold(word) for word in _WRITTEN.split())
"""They count only where a label has no others."""
