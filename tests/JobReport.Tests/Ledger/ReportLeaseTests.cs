using System.Text;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobReport.Tests.Ledger;

public sealed class ReportLeaseTests
{
    private static readonly DateTimeOffset Now = LedgerTests.T0;

    [Fact]
    public void One_pass_has_the_desk_until_it_leaves_or_its_time_is_over()
    {
        var book = ReportLease.Empty.Taken("one", Now.AddMinutes(7));
        book.IsFreeFor("one", Now).ShouldBeTrue();
        book.IsFreeFor("two", Now).ShouldBeFalse();
        book.IsFreeFor("two", Now.AddMinutes(7)).ShouldBeTrue();
        book.Left("two", 3, null, Now).Holder.ShouldBe("one");
        book.Left("one", 3, null, Now).IsFreeFor("two", Now).ShouldBeTrue();
    }

    [Fact]
    public void What_was_made_is_remembered_for_an_hour()
    {
        var book = ReportLease.Empty.Left("one", 3, null, Now).Left("two", 0, null, Now.AddMinutes(10));
        book = book.Left("three", 4, null, Now.AddMinutes(30));
        book.CreatedLately(Now.AddMinutes(31)).ShouldBe(7);
        book.CreatedLately(Now.AddMinutes(61)).ShouldBe(4);
        book.Left("four", 0, null, Now.AddMinutes(95)).Spent.ShouldBeEmpty();
    }

    [Fact]
    public void A_closed_desk_opens_when_the_limits_hour_is_over_and_a_wrong_clock_cannot_close_it_for_ever()
    {
        var book = ReportLease.Empty.Left("one", 0, Now.AddMinutes(40), Now);
        book.IsFreeFor("two", Now.AddMinutes(39)).ShouldBeFalse();
        book.IsFreeFor("two", Now.AddMinutes(40)).ShouldBeTrue();
        ReportLease.Empty.Left("one", 0, Now.AddDays(3), Now).IsFreeFor("two", Now).ShouldBeTrue();
    }

    [Fact]
    public void It_is_read_back_as_it_was_written_and_rubbish_is_an_empty_desk()
    {
        var book = ReportLease.Empty.Left("zero", 5, Now.AddMinutes(20), Now).Taken("one", Now.AddMinutes(7));
        var again = ReportLease.Read(Encoding.UTF8.GetString(book.Write()));
        again.Write().ShouldBe(book.Write());
        again.Holder.ShouldBe("one");
        again.ClosedUntil.ShouldBe(Now.AddMinutes(20));
        ReportLease.Read("no json").IsFreeFor("x", Now).ShouldBeTrue();
        ReportLease.Read(null).Spent.ShouldBeEmpty();
    }
}
