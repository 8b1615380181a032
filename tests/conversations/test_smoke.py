from tests.assistant import ClinicUnderTest

NUMBER = "212661000001"


async def test_first_time_patient_books(clinic_under_test: ClinicUnderTest) -> None:
    clinic = clinic_under_test
    await clinic.add_patient(NUMBER)

    def show(turn, answers):
        print("\n>>>", turn)
        for a in answers:
            print("<<<", a["type"], a["text"], [c["title"] for c in a["choices"] or ()])

    show("bonjour", await clinic.write(NUMBER, "je voudrais un rendez-vous chez le dentiste demain après-midi"))
    show("accept", await clinic.tap_nth(NUMBER, 1))
    show("?", await clinic.tap_nth(NUMBER, 1))
    show("?", await clinic.tap_nth(NUMBER, 1))
    show("?", await clinic.write(NUMBER, "Salma Benali"))
    show("?", await clinic.tap_nth(NUMBER, 1))
    show("?", await clinic.tap_nth(NUMBER, 1))
    show("?", await clinic.tap_nth(NUMBER, 1))
    show("again", await clinic.write(NUMBER, "je voudrais un rendez-vous chez le dentiste"))
