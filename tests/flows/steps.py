"""The steps of a residential area's year, each as its person takes it."""

import datetime as dt
import io
import re
import unicodedata

from django.utils.timezone import localdate
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.flows.walking import keep


def days_ago(days):
    return (localdate() - dt.timedelta(days=days)).strftime("%d/%m/%Y")


def picture():
    """A small PNG, as a phone's camera would send a large one."""
    drawn = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(drawn, "PNG")
    return drawn.getvalue()


def register(lan, area):
    lan.look("viec-cua-toi-can-bo", "Đang chờ tôi")
    lan.menu("Bảng hồ sơ năm")
    lan.look("bang-ho-so-nam-trong", "Tất cả")
    lan.follow("Đăng ký")
    lan.look("bang-dang-ky-trong", "Đã đăng ký")

    def cell(head):
        return lan.page.get_by_role("textbox", name=f"{head} {area}", exact=True)

    cell("Số nghị quyết chi bộ").fill("03-NQ/CB")
    cell("Ngày nghị quyết").fill(days_ago(72))
    cell("Ngày đăng ký").fill(days_ago(70))
    cell("Hộ đăng ký").fill("120")
    cell("Tổng số hộ").fill("112")
    cell("Ngày chốt số hộ").fill(days_ago(70))
    lan.press("Lưu")
    lan.look("bang-dang-ky-sai", "Còn 1 dòng chưa lưu")
    cell("Tổng số hộ").fill("120")
    lan.press("Lưu")
    lan.look("bang-dang-ky-luu", "Đã lưu 1 dòng")
    lan.page.get_by_label(f"Chọn {area}").check()
    lan.press("Gửi đăng ký")
    lan.confirm("Gửi đăng ký")
    lan.look("gui-dang-ky-xong", "xong 1/1")


def accept(minh, area):
    minh.menu("Việc của tôi")
    minh.look("viec-cua-toi-tham-dinh", "Tiếp nhận đăng ký")
    minh.follow("Tiếp nhận đăng ký")
    minh.look("bang-dang-ky-tham-dinh", "Đã gửi đăng ký")
    minh.page.get_by_label(f"Chọn {area}").check()
    minh.press("Tiếp nhận đăng ký")
    minh.confirm("Tiếp nhận đăng ký")
    minh.look("tiep-nhan-xong", "xong 1/1")


def criterion(walker, code):
    """The row of the sheet that bears the code."""
    return walker.page.get_by_role("group", name=re.compile(rf"^{re.escape(code)}\s"))


def choose(walker, code, words):
    criterion(walker, code).get_by_role("radio", name=words, exact=True).check()


def answer_recognition(lan, area):
    lan.menu("Bảng hồ sơ năm")
    lan.follow(area)
    lan.look("ho-so-chua-mo", "Chưa tự đánh giá")
    lan.press("Bắt đầu tự đánh giá")
    lan.look("phieu-tt124-trong", "4.1.i")
    for code in ("4.1.i", "4.1.ii", "4.2"):
        choose(lan, code, "Đạt")
    share = criterion(lan, "4.1.iii")
    expect(share.get_by_label("Số hộ đã đăng ký")).to_have_value("120")
    share.get_by_label("Số hộ đã đăng ký").fill("130")
    share.get_by_label("Tổng số hộ cư trú").press("Tab")
    expect(share.get_by_role("alert")).to_contain_text("“Số hộ đã đăng ký” không được lớn hơn")
    lan.look("phieu-tt124-sai-ty-le", "4.1.iii")
    share.get_by_label("Số hộ đã đăng ký").fill("120")
    lan.press("Lưu mục 4.1")
    lan.told("Đã lưu")
    lan.press("Không xảy ra ở cả 7 dòng còn trống")
    lan.told("Đã lưu")
    answer_crime(lan)
    choose(lan, "4.5.i", "Đạt")
    choose(lan, "4.5.ii", "Không xảy ra")
    lan.press("Lưu mục 4.5")
    lan.told("Đã lưu")
    lan.look("phieu-tt124-du", "Theo trả lời hiện nay")


def answer_crime(lan):
    crime = criterion(lan, "4.4.a")
    for n, what in enumerate(
        ("Vụ phạm tội về trật tự xã hội", "Vụ việc tệ nạn xã hội", "Vi phạm pháp luật khác")
    ):
        crime.get_by_label(f"{what}, năm trước").fill(str(3 - n))
        crime.get_by_label(f"{what}, năm nay").fill(str(1))
    crime.get_by_role("radio", name="Đạt", exact=True).check()
    grave = criterion(lan, "4.4.b")
    choose(lan, "4.4.b", "Có xảy ra")
    expect(grave.get_by_role("alert")).to_contain_text("Ghi số vụ việc")
    if not grave.get_by_label("Số vụ từ nghiêm trọng trở lên").is_visible():
        grave.get_by_text("Số vụ việc, đề nghị xét ngoại lệ").click()
    grave.get_by_label("Số vụ từ nghiêm trọng trở lên").fill("1")
    grave.get_by_role("radio", name=re.compile("bất khả kháng", re.I)).check()
    for code in ("4.4.c.i", "4.4.c.ii", "4.4.d"):
        choose(lan, code, "Không xảy ra")
    choose(lan, "4.4.c.iii", "Đạt")
    lan.press("Lưu mục 4.4")
    lan.look("phieu-tt124-sai-ngoai-le", "Chưa lưu được")
    grave.get_by_label("Giải trình").fill("Lũ quét đêm 12/7, Công an xã đã báo cáo.")
    lan.press("Lưu mục 4.4")
    lan.told("Đã lưu")


def answer_classification(lan):
    lan.follow("Phân loại phong trào")
    lan.look("phieu-qd510-de-xuat", "Còn 10 dòng cần chấm")
    for code in ("A3", "A4", "B2", "B3", "B4", "B5", "C1", "C2", "C4"):
        criterion(lan, code).get_by_role("radio").first.check()
    choose(lan, "LIỆT-2", "Không vướng")
    lan.sees("23/23 dòng đã có trả lời")
    lan.follow("Tất cả")
    lan.look("phieu-qd510-du", "23/23 dòng đã có trả lời")


def state(lan):
    lan.follow("Tài liệu")
    lan.look("tai-lieu-trong", "Chưa có tài liệu nào")
    lan.page.get_by_label("Đại diện đơn vị").fill("Lò Văn Păn")
    lan.page.get_by_label("Chức danh").fill("Trưởng bản")
    lan.page.get_by_label("Ngày họp đánh giá").fill(days_ago(3))
    lan.page.get_by_label("Nơi lưu bản giấy").first.fill("Công an xã Na Mèo")
    lan.page.get_by_label("Số văn bản").first.fill("01/BB")
    lan.press("Lưu biên bản họp")
    lan.told("Đã ghi người đại diện")
    lan.page.get_by_text("Kèm tài liệu khác").click()
    other = lan.page.locator("form", has=lan.page.get_by_role("button", name="Kèm tài liệu"))
    other.get_by_label("Tệp").set_input_files(
        {"name": "bien-ban.png", "mimeType": "image/png", "buffer": picture()}
    )
    lan.press("Kèm tài liệu")
    lan.told("Đã kèm tài liệu")
    lan.look("tai-lieu-du", "bien-ban.png")


def submit(lan):
    lan.follow("Kiểm tra, gửi thẩm định")
    lan.look("kiem-tra-truoc-khi-gui", "Đủ trả lời, người đại diện")
    lan.press("Gửi thẩm định")
    lan.told("Đã gửi thẩm định")
    lan.look("da-gui", "Đã gửi thẩm định")


def send_back(minh, area):
    minh.menu("Thẩm định")
    minh.look("hang-cho-tham-dinh", "Chờ nhận")
    minh.follow(area)
    minh.press("Nhận thẩm định")
    minh.told("Đã nhận thẩm định")
    minh.look("tham-dinh-doi-chieu", area)
    minh.press("Trả lại bổ sung")
    asked = minh.page
    asked.get_by_label("Số liệu chưa khớp sổ theo dõi của Công an.").check()
    asked.get_by_label("Nói rõ cần bổ sung gì").fill(
        "4.4.a: ghi lại số vụ phạm tội năm trước là 4."
    )
    minh.look("tra-lai-bo-sung", "Trả lại bổ sung")
    minh.press("Trả lại bổ sung")
    minh.told("Đã trả lại")
    minh.look("da-tra-lai", "Phiếu yêu cầu bổ sung")


def mend_and_resend(lan, area):
    lan.menu("Việc của tôi")
    lan.follow("Bổ sung hồ sơ bị trả lại")
    lan.follow(area)
    lan.look("ho-so-bi-tra-lai", "ghi lại số vụ phạm tội năm trước là 4")
    lan.page.locator("summary", has_text="4.4. ").click()
    crime = criterion(lan, "4.4.a")
    crime.get_by_label("Vụ phạm tội về trật tự xã hội, năm trước").fill("4")
    lan.press("Lưu mục 4.4")
    lan.told("Đã lưu")
    submit(lan)


def appraise(minh, area):
    minh.menu("Việc của tôi")
    minh.follow("Nhận thẩm định")
    minh.follow(area)
    minh.press("Nhận thẩm định")
    accepted = minh.page.get_by_label("Ngoại lệ, dòng 4.4.b")
    accepted.select_option("Chấp nhận ngoại lệ")
    minh.page.get_by_label("Ý kiến, dòng 4.4.b").fill("Có báo cáo thiên tai của xã.")
    minh.press("Xác nhận thẩm định")
    minh.confirm("Xác nhận thẩm định")
    minh.told("Đã xác nhận thẩm định")
    minh.look("da-tham-dinh", "Đã xác nhận thẩm định")


def hold_session(minh, area):
    minh.menu("Thẩm định")
    minh.follow("Phiên thẩm định")
    minh.look("phien-trong", "Chưa có phiên thẩm định")
    minh.follow("Lập phiên")
    minh.page.get_by_label("Ngày họp hoặc ngày tổng hợp ý kiến").fill(days_ago(1))
    minh.page.get_by_label("Chủ trì").fill("Phạm Văn Hùng, Chủ tịch UBND xã")
    minh.page.get_by_label("Số biên bản").fill("01/BB-BCĐ")
    minh.page.get_by_label("Số tờ trình").fill("01/TTr-BCĐ")
    minh.page.get_by_label("Ngày tờ trình").fill(days_ago(1))
    minh.look("phien-moi", "Chủ trì")
    minh.press("Lập phiên")
    minh.told("Đã lập phiên")
    minh.page.get_by_label(f"Chọn {area}").check()
    minh.press("Đưa vào phiên")
    minh.look("phien", "Đơn vị trong phiên")


def draft_decision(minh):
    minh.page.get_by_role("listitem").filter(has_text="Công nhận đạt tiêu chuẩn").get_by_role(
        "link", name="Lập dự thảo quyết định"
    ).click()
    minh.look("quyet-dinh-moi", "chọn trong số hồ sơ")
    minh.press("Lập dự thảo quyết định")
    minh.look("du-thao", "Dự thảo quyết định")
    minh.ask("Trình ký")
    minh.confirm("Trình ký")
    minh.told("Đã trình ký")
    minh.look("da-trinh-ky", "Đã trình ký")


def approve(hoa, area):
    hoa.look("viec-cua-toi-chu-tich", "Duyệt danh sách")
    hoa.follow("Duyệt danh sách")
    hoa.look("quyet-dinh-cho-duyet", "Dự thảo")
    hoa.page.get_by_role("rowheader").get_by_role("link").click()
    hoa.look("duyet-danh-sach", area)
    hoa.ask("Duyệt danh sách")
    hoa.confirm("Duyệt danh sách")
    hoa.told("Đã duyệt danh sách")


def issue(van, signer="Phạm Văn Hùng"):
    van.follow("Vào số, ban hành")
    van.page.get_by_role("rowheader").get_by_role("link").click()
    van.look("cho-vao-so", "Ghi số, ngày, người ký")
    van.follow("Vào số, ban hành", exact=True)
    van.look("vao-so", "Đúng số trong sổ")
    van.page.get_by_label("Số", exact=True).fill("05")
    van.page.get_by_label("Ngày quyết định").fill(days_ago(0))
    expect(van.page.get_by_label("Người ký")).to_have_value(signer)
    van.press("Tiếp tục")
    van.confirm("Vào số, ban hành")
    van.told("Đã vào số, ban hành")


def download_papers(van, area):
    decision = van.page.url
    link = van.page.get_by_role("link", name="Tải về")
    expect(link).to_be_visible(timeout=30_000)
    van.look("da-ban-hanh", "Quyết định 05/QĐ-UBND")
    assert f"Công nhận {area}" in words_of(van.download(link), "quyet-dinh")
    van.page.get_by_role("button", name=f"Giấy công nhận {area}").click()
    van.page.wait_for_url("**/cong-viec/**")
    link = van.page.get_by_role("link", name=re.compile("^Tải về:"))
    expect(link).to_be_visible(timeout=30_000)
    van.look("viec-giay-cong-nhan", "Giấy công nhận")
    certificate = words_of(van.download(link), "giay-cong-nhan")
    assert area.upper() in certificate
    van.goto(decision)
    code = van.page.get_by_role("link", name=re.compile("^[0-9a-f]{20}$")).inner_text()
    return code, re.search(r"/xac-minh/ ?([^ ]+)", certificate)[1]


def words_of(download, name):
    """The words of a downloaded PDF, composed as they were typed."""
    content = download.path().read_bytes()
    keep(f"{name}.pdf", content)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def verify(anybody, codes, area):
    """Anybody checks the decision by its code and the certificate by its own."""
    decision, certificate = codes
    anybody.goto(f"/xac-minh/{decision}/")
    anybody.look("xac-minh", "Văn bản hợp lệ")
    anybody.sees("05/QĐ-UBND")
    expect(anybody.page.get_by_text(area)).to_have_count(0)
    anybody.goto(f"/xac-minh/{certificate}")
    anybody.look("xac-minh-giay", "Văn bản hợp lệ")
    anybody.sees(area)


def count(lan):
    lan.menu("Báo cáo")
    lan.look("bao-cao", "Đã đăng ký")
    for figure in ("Đã đăng ký", "Đạt tiêu chuẩn"):
        expect(lan.page.get_by_role("listitem").filter(has_text=figure).first).to_contain_text("1")
    lan.follow("Kết quả đăng ký, công nhận và phân loại")
    lan.look("bao-cao-nam", "Khu dân cư")
    content = lan.download(lan.page.get_by_role("link", name="Excel")).path().read_bytes()
    book = load_workbook(io.BytesIO(content))
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    assert ["Khu dân cư", *[1] * 7] in [row[:8] for row in rows]


def look_back(lan, area):
    lan.menu("Bảng hồ sơ năm")
    lan.look("bang-ho-so-nam-xong", "05/QĐ-UBND")
    lan.follow(area)
    lan.look("ho-so-xong", "Đã có quyết định")
    lan.follow("Lịch sử")
    lan.look("lich-su", "Vào số, ban hành")
    history = lan.page.locator("main").inner_text()
    for name in ("Lò Văn Thành", "Hà Thị Nguyệt", "Phạm Văn Hùng", "Vi Thị Lan"):
        assert name in history
