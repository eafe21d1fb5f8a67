"""The shape of what people type on the office's pages."""

from django import forms

LARGEST_NOTICE = 64 * 1024  # bytes; a year has forty lines


class CalendarNotice(forms.Form):
    """A year's notice: pasted lines or a csv file."""

    year = forms.IntegerField(label="年份", min_value=2004, max_value=2100)
    notice = forms.CharField(label="通知标题和文号", max_length=200, required=False)
    provisional = forms.BooleanField(label="通知尚未公布，按暂定录入", required=False)
    lines = forms.CharField(
        label="每行一天：日期，放假或上班，节日名称",
        widget=forms.Textarea(attrs={"rows": 12, "class": "form-control"}),
        max_length=LARGEST_NOTICE,
        required=False,
    )
    file = forms.FileField(label="或选择csv文件", required=False)

    def clean_file(self) -> str:
        """The text of the file, UTF-8 or GB18030."""
        upload = self.cleaned_data.get("file")
        if upload is None:
            return ""
        if upload.size > LARGEST_NOTICE:
            raise forms.ValidationError("文件超过64 KB，不是一年的放假安排。请核对文件。")
        raw: bytes = upload.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError("文件不是UTF-8或GB18030编码的文本。请另存为csv后重试。")

    def text(self) -> str:
        return str(self.cleaned_data["file"] or self.cleaned_data["lines"])
